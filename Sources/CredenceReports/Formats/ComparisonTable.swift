public import CredenceEvaluation

/// Writes a comparison as tables for a terminal, at most 100 columns wide.
///
/// The models with their ranks, then the differences of each pair with intervals and tests.
public struct ComparisonTable: ReportFormat {
  /// The widest line.
  public static let width = 100

  /// Pairs per metric beyond which the terminal shows the ranking alone.
  private static let mostPairs = 10

  private let style: TextStyle

  public init(style: TextStyle = .plain) { self.style = style }

  public func text(of report: ComparisonReport) -> String {
    var lines = wrapped(report.subjectText + ".").map(style.bold)
    lines += report.answer.flatMap(wrapped)
    lines += models(report)
    for metric in report.metricIDs { lines += ranking(report, metric) }
    lines += differences(report)
    if !report.disagreements.isEmpty {
      lines += [""]
      lines += wrapped(
        "\(NumberText.count(report.disagreements.count, "sample")) on which models confidently say "
          + "different things are in the JSON form and on the HTML page.")
    }
    let notes = report.unavailabilityLines.flatMap(wrapped)
    let warnings = report.warnings.flatMap { wrapped("Warning: \($0)").map(style.warning) }
    if !notes.isEmpty || !warnings.isEmpty { lines += [""] + notes + warnings }
    return lines.joined(separator: "\n") + "\n"
  }

  private func models(_ report: ComparisonReport) -> [String] {
    var columns = MetricStyle.key.filter(report.metricIDs.contains).map { id in
      TableColumn(
        title: MetricStyle(id: id).shortTitle,
        cells: report.models.map { model in
          guard let value = model.metrics[id] else { return "–" }
          let rank = model.ranks[id].map { " (\(NumberText.short($0)))" } ?? ""
          return MetricStyle(id: id).text(value) + rank
        })
    }
    func room() -> Int { Self.width - columns.reduce(0) { $0 + $1.width + 2 } }
    while columns.count > 1, room() < 20 { columns.removeLast() }
    let names = report.models.map { TerminalText.sanitized($0.model) }
    let nameWidth = min(max(room(), 1), max(13, names.map(TerminalText.width).max() ?? 0))
    var lines = [""]
    lines.append(
      style.bold(
        TerminalText.padded("Model (rank)", to: nameWidth)
          + columns.map { "  " + $0.padded($0.title) }.joined()))
    for (index, name) in names.enumerated() {
      lines.append(
        TerminalText.padded(TerminalText.truncated(name, to: nameWidth), to: nameWidth)
          + columns.map { "  " + $0.padded($0.cells[index]) }.joined())
    }
    return lines
  }

  /// The runs of models that can't be told apart; nothing for two models, where the difference says it.
  private func ranking(_ report: ComparisonReport, _ metric: String) -> [String] {
    guard report.models.count > 2,
      let ranking = report.rankings.first(where: { $0.metric == metric })
    else { return [] }
    let cliques = ranking.cliques.filter { $0.count > 1 }
      .map { "{" + $0.joined(separator: ", ") + "}" }
    let verdict =
      cliques.isEmpty
      ? "all models differ" : "not told apart: \(cliques.joined(separator: " "))"
    let lines = wrapped("\(MetricStyle(id: metric).shortTitle): \(verdict)")
    let isFirst = report.rankings.first { report.metricIDs.contains($0.metric) } == ranking
    return isFirst ? [""] + lines : lines
  }

  private func differences(_ report: ComparisonReport) -> [String] {
    var lines: [String] = []
    if let pair = report.pairs.first, report.models.count == 2 {
      // One pair: its metrics are the rows.
      let names = [pair.first, pair.second].map(TerminalText.sanitized)
        .map { TerminalText.truncated($0, to: 30) }
      lines = block(
        heading: "\(names.joined(separator: " − "))",
        rows: report.pairs.map {
          ("\(MetricStyle(id: $0.metric).shortTitle), \($0.testTitle)", $0)
        },
        report)
    } else {
      for metric in report.metricIDs {
        let pairs = report.pairs.filter { $0.metric == metric }
        guard !pairs.isEmpty, pairs.count <= Self.mostPairs else { continue }
        let style = MetricStyle(id: metric)
        let tests = Set(pairs.map(\.testTitle)).sorted().joined(separator: ", ")
        lines += block(
          heading: "\(style.shortTitle) (\(tests))",
          rows: pairs.map { pair in
            // Half of the room each, so that both can be told.
            let sides = [pair.first, pair.second].map(TerminalText.sanitized)
            let room = Self.width - Self.numbersWidth - 7
            let shorter = sides.map(TerminalText.width).min() ?? 0
            let limit = max(room / 2, room - shorter)
            let name = sides.map { TerminalText.truncated($0, to: limit) }
            return (name.joined(separator: " − "), pair)
          }, report)
      }
    }
    guard !lines.isEmpty else { return [] }
    let level = NumberText.short(report.significance)
    return lines + [""]
      + wrapped(
        "Differences of fractions are in percentage points. p after Holm's correction over the pairs of a "
          + "metric; * differs at the level \(level).")
  }

  /// The room for difference, interval and p, with the blanks between them.
  private static let numbersWidth = 44

  /// A table of differences under a heading.
  private func block(
    heading: String, rows: [(name: String, pair: PairwiseComparison)], _ report: ComparisonReport
  ) -> [String] {
    func column(_ title: String, _ cell: (PairwiseComparison) -> String) -> TableColumn {
      TableColumn(title: title, cells: rows.map { cell($0.pair) })
    }
    let numbers = [
      column("difference") { MetricStyle(id: $0.metric).signed($0.difference) },
      column("95 % interval") { MetricStyle(id: $0.metric).signed($0.interval) },
      column("p") { NumberText.pValue($0.adjustedPValue) },
    ]
    let room = Self.width - numbers.reduce(2) { $0 + $1.width + 2 }
    let names = rows.map { "  " + TerminalText.sanitized($0.name) }
    let title = TerminalText.sanitized(heading)
    let width = min(room, ([title] + names).map(TerminalText.width).max() ?? 0)
    func line(_ name: String, _ cells: [String]) -> String {
      TerminalText.padded(TerminalText.truncated(name, to: width), to: width)
        + zip(numbers, cells).map { "  " + $0.padded($1) }.joined()
    }
    return ["", style.bold(line(title, numbers.map(\.title)))]
      + rows.indices.map { index in
        line(names[index], numbers.map { $0.cells[index] })
          + (report.isSignificant(rows[index].pair) ? " *" : "")
      }
  }

  private func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: Self.width, indent: "  ")
  }
}

extension ReportFormatDescriptor<ComparisonReport> {
  public static let table = Self(
    id: "table", title: "Table for a terminal, 100 columns", fileExtension: "txt",
    make: { ComparisonTable() })
}
