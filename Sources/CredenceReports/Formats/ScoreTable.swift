public import CredenceEvaluation

/// Writes a score report as tables for a terminal, at most 100 columns wide.
///
/// One subject (a model, its data and its confidence function): a row per metric, a column per rescaling, with intervals and
/// definitions. Several: a row each, with the metrics that tell most. Fractions are printed in per cent.
public struct ScoreTable: ReportFormat {
  /// The widest line.
  public static let width = 100

  private let style: TextStyle

  public init(style: TextStyle = .plain) { self.style = style }

  public func text(of report: ScoreReport) -> String {
    let labels = EntryLabels(report.entries.map(\.row))
    let subjects = Set(labels.subjects)
    var lines: [String] = []
    if report.entries.isEmpty {
      if report.shifts.isEmpty { lines.append("No results.") }
    } else if subjects.count == 1 {
      lines += detail(report, subject: labels.subjects[0])
    } else {
      lines += overview(report, labels: labels)
    }
    lines += Unavailability.lines(of: report, labels: labels).flatMap(footnote)
    lines += report.warnings.flatMap { footnote("Warning: \($0)").map(style.warning) }
    let text = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    guard !report.shifts.isEmpty else { return text }
    return text + (text.isEmpty ? "" : "\n") + ShiftTable(style: style).text(of: report)
  }

  // MARK: - One subject

  private func detail(_ report: ScoreReport, subject: String) -> [String] {
    let row = report.entries[0].row
    var facts = [row.dataset, row.split == "all" ? "" : row.split]
    facts += [NumberText.count(row.samples, "sample")]
    if row.classes > 0 { facts.append(NumberText.count(row.classes, "class")) }
    if !row.confidence.isEmpty { facts.append("confidence \(row.confidence)") }
    let heading = ([subject] + facts).filter { !$0.isEmpty }.joined(separator: " · ")

    var lines = TerminalText.wrapped(TerminalText.sanitized(heading), to: Self.width)
      .map(style.bold)
    for sentence in Headline.all(of: report).flatMap(\.sentences) {
      lines += TerminalText.wrapped(TerminalText.sanitized(sentence), to: Self.width)
    }
    let hasDefinitions = report.entries.contains { !$0.row.definitions.isEmpty }
    let perBlock = 3
    for start in stride(from: 0, to: report.entries.count, by: perBlock) {
      let entries = report.entries[start..<min(start + perBlock, report.entries.count)]
      lines += [""] + block(entries.map(\.row), report)
    }
    lines.append("")
    if hasDefinitions {
      lines += footnote("Whole definitions are in the JSON form and on the HTML page.")
    }
    return lines
  }

  /// The metrics of a few rows, by family.
  private func block(_ rows: [ResultRow], _ report: ScoreReport) -> [String] {
    let metrics = report.metricIDs
    let columns = report.columns.byID
    let cells = rows.map { row in
      MetricCells(
        heading: TerminalText.truncated(
          TerminalText.sanitized(heading(of: row)), to: MetricCells.limit),
        row: row, metrics: metrics)
    }
    let titles = metrics.map {
      TerminalText.sanitized(MetricStyle(id: $0).title(in: columns))
    }
    let titleWidth = min(
      MetricStyle.titleLimit + 2, titles.map { TerminalText.width($0) + 2 }.max() ?? 0)
    let used = titleWidth + cells.reduce(0) { $0 + $1.width + 3 }
    let rest = Self.width - used - 3

    var lines = [
      TerminalText.padded("", to: titleWidth)
        + cells.map { "   " + style.bold(TerminalText.padded($0.heading, to: $0.width)) }.joined()
    ]
    for family in MetricFamily.all + [.other] {
      let members = metrics.indices.filter { MetricFamily.family(of: metrics[$0]).id == family.id }
      guard !members.isEmpty else { continue }
      let question = family.question.isEmpty ? "" : style.dim("  \(family.question)")
      lines.append(style.bold(family.title) + question)
      for index in members {
        var line = TerminalText.padded(
          TerminalText.truncated("  " + titles[index], to: titleWidth), to: titleWidth)
        for cell in cells {
          line +=
            "   " + TerminalText.padded(cell.values[index], to: cell.valueWidth, alignsRight: true)
          line += style.dim(TerminalText.padded(cell.intervals[index], to: cell.intervalWidth))
        }
        let definition = rows.compactMap { $0.definitions[metrics[index]] }.first ?? ""
        if rest >= 16, !definition.isEmpty {
          line +=
            "   "
            + style.dim(TerminalText.truncated(TerminalText.sanitized(definition), to: rest))
        }
        lines.append(line.trimmingBlanks())
      }
    }
    return lines.map { $0.trimmingBlanks() }
  }

  private func heading(of row: ResultRow) -> String {
    if row.parameters[row.rescaling] != nil { return "after \(row.mainParameterText)" }
    return row.parameters.isEmpty ? row.rescalingText : "\(row.rescalingText), \(row.parameterText)"
  }

  // MARK: - Several subjects

  private func overview(_ report: ScoreReport, labels: EntryLabels) -> [String] {
    let rows = report.entries.map(\.row)
    let order = labels.grouped
    let known = Set(rows.flatMap { $0.metrics.keys } + rows.flatMap { $0.unavailable.keys })
    var numbers = MetricStyle.key.filter(known.contains).map { id in
      TableColumn(
        title: MetricStyle(id: id).shortTitle,
        cells: rows.map { $0.metrics[id].map { MetricStyle(id: id).text($0) } ?? "–" })
    }
    if Set(rows.map(\.samples)).count > 1 {
      let samples = TableColumn(
        title: "Samples", cells: rows.map { NumberText.count($0.samples) })
      numbers.insert(samples, at: 0)
    }
    var names: [TableColumn] = []
    for (title, cells) in [("Confidence", rows.map(\.confidence)), ("", labels.rescalings)]
    where Set(cells).count > 1 {
      names.append(TableColumn(title: title, cells: cells.map { Self.shortened($0, to: 20) }))
    }
    func room() -> Int { Self.width - (names + numbers).reduce(0) { $0 + $1.width + 2 } }
    while numbers.count > 1, room() < 20 { numbers.removeLast() }
    let models = labels.models.map { Self.shortened($0, to: max(room(), 5)) }
    let modelWidth = (models + ["Model"]).map(TerminalText.width).max() ?? 0

    func line(_ model: String, _ cell: (TableColumn) -> String) -> String {
      (TerminalText.padded(model, to: modelWidth)
        + names.map { "  " + TerminalText.padded(cell($0), to: $0.width) }.joined()
        + numbers.map { "  " + $0.padded(cell($0)) }.joined()).trimmingBlanks()
    }
    var lines = [style.bold(line("Model") { $0.title })]
    for (place, index) in order.enumerated() {
      let isRepeated = place > 0 && labels.models[index] == labels.models[order[place - 1]]
      lines.append(line(isRepeated ? "" : models[index]) { $0.cells[index] })
    }
    let hidden = report.metricIDs.count - report.metricIDs.filter(MetricStyle.key.contains).count
    if hidden > 0 {
      lines += footnote(
        "\(NumberText.count(hidden)) more metrics, and every interval, are in the JSON and CSV forms "
          + "and on the HTML page.")
    }
    return lines + [""]
  }

  private static func shortened(_ text: String, to limit: Int) -> String {
    TerminalText.truncated(TerminalText.sanitized(text), to: limit)
  }

  private func footnote(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: Self.width, indent: "  ")
  }
}

/// The values and intervals of one row, one of each per metric.
private struct MetricCells {
  /// The widest heading, which lets three rows stand side by side.
  static let limit = 23

  let heading: String
  let values: [String]
  let intervals: [String]
  let valueWidth: Int
  let intervalWidth: Int

  var width: Int { max(TerminalText.width(heading), valueWidth + intervalWidth) }

  init(heading: String, row: ResultRow, metrics: [String]) {
    self.heading = heading
    values = metrics.map { id in row.metrics[id].map { MetricStyle(id: id).text($0) } ?? "–" }
    intervals = metrics.map { id in
      let text = row.metrics[id] == nil ? "" : MetricStyle(id: id).text(row.intervals[id] ?? [])
      return text.isEmpty ? "" : " (\(text))"
    }
    valueWidth = values.map(TerminalText.width).max() ?? 0
    let headingWidth = TerminalText.width(heading)
    let longest = intervals.map(TerminalText.width).max() ?? 0
    intervalWidth = max(longest, headingWidth - valueWidth)
  }
}

extension String {
  /// The text without blanks at its end.
  fileprivate func trimmingBlanks() -> String {
    var text = Substring(self)
    while text.hasSuffix(" ") { text.removeLast() }
    return String(text)
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let table = Self(
    id: "table", title: "Table for a terminal, 100 columns", fileExtension: "txt",
    make: { ScoreTable() })
}
