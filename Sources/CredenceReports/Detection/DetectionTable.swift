public import CredenceEvaluation

/// Writes a detection report as tables for a terminal, at most 100 columns wide.
///
/// A row per method: AUROC and FPR@95 on each outlier set, or averaged over groups where there is no room for all. Fractions are printed
/// in per cent.
public struct DetectionTable: ReportFormat {
  private let style: TextStyle

  public init(style: TextStyle = .plain) { self.style = style }

  /// The metrics of the overview.
  private static let metrics = ["auroc", "fpr95"]

  public func text(of report: DetectionReport) -> String {
    let words = DetectionText(report)
    var lines = wrapped(words.heading).map(style.bold) + wrapped(words.answer)
    let methods = report.methods.filter { $0.unavailable.isEmpty }
    if !methods.isEmpty {
      lines.append("")
      lines += table(report, methods, report.groupColumns)
      if report.setColumns != report.groupColumns {
        // As many sets side by side as there is room for.
        var start = 0
        let columns = report.setColumns
        while start < columns.count {
          let end = min(start + 4, columns.count)
          lines += [""] + table(report, methods, Array(columns[start..<end]))
          start = end
        }
      }
      lines.append("")
      lines += wrapped(
        "AUROC: chance that an outlier is more uncertain. FPR@95: outliers accepted where 95 % of the "
          + "in-distribution samples are (positive: in-distribution). AUPR and intervals are in the JSON and CSV forms."
      )
    }
    for text in words.chosen + words.unavailable { lines += wrapped(text) }
    if !words.scores.isEmpty {
      lines += ["", style.bold(words.scoresHeading)] + words.scores.flatMap { wrapped($0) }
    }
    lines += report.warnings.flatMap { wrapped("Warning: \($0)").map(style.warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func table(
    _ report: DetectionReport, _ methods: [DetectedMethod], _ columns: [DetectionColumn]
  ) -> [String] {
    let cells = columns.flatMap { column in
      Self.metrics.map { metric in
        TableColumn(
          title:
            "\(TerminalText.truncated(TerminalText.sanitized(column.name), to: 14)) \(MetricStyle(id: metric).shortTitle)",
          cells: methods.map { method in
            column.row(of: method.id)?.metrics[metric].map(NumberText.percent) ?? "–"
          })
      }
    }
    let width = (methods.map(\.id) + ["Method"]).map(TerminalText.width).max() ?? 0
    func line(_ name: String, _ cell: (TableColumn) -> String) -> String {
      TerminalText.padded(name, to: width) + cells.map { "  " + $0.padded(cell($0)) }.joined()
    }
    return [style.bold(line("Method") { $0.title })]
      + methods.indices.map { index in line(methods[index].id) { $0.cells[index] } }
  }

  private func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: ScoreTable.width, indent: "  ")
  }
}

/// The rows of one outlier set, or of the mean over a group.
struct DetectionColumn: Hashable {
  let name: String
  let rows: [ResultRow]

  func row(of method: String) -> ResultRow? { rows.first { $0.confidence == method } }
}

extension DetectionReport {
  /// One column per outlier set.
  var setColumns: [DetectionColumn] {
    inputs.filter { $0.role == .outliers }.map { input in
      DetectionColumn(
        name: input.name, rows: entries.map(\.row).filter { $0.dataset == input.name })
    }
  }

  /// One column per group; the sets themselves where each group has one.
  var groupColumns: [DetectionColumn] {
    var groups: [String] = []
    for row in groupRows where !groups.contains(row.dataset) { groups.append(row.dataset) }
    let sets = setColumns
    guard groups.count < sets.count else { return sets }
    return groups.map { group in
      DetectionColumn(
        name: group.isEmpty ? "mean" : "\(group) mean",
        rows: groupRows.filter { $0.dataset == group })
    }
  }
}

/// The words of a detection report.
struct DetectionText {
  let heading: String
  let answer: String
  /// The parameters that were chosen on the validation sets, one sentence per method.
  let chosen: [String]
  /// Why methods have no results, with equal reasons said once.
  let unavailable: [String]
  let scoresHeading = "The predictions on known classes:"
  /// How far the predictions on known classes can be trusted; empty where they were not scored.
  let scores: [String]

  init(_ report: DetectionReport) {
    let inliers = report.inputs.filter {
      [.inDistribution, .covariateShifted].contains($0.role)
    }
    let outliers = report.inputs.filter { $0.role == .outliers }
    func sum(_ inputs: [DetectionInput]) -> Int { inputs.reduce(0) { $0 + $1.samples } }
    heading = [
      report.model, inliers.map(\.name).joined(separator: " + "),
      NumberText.count(sum(inliers), "sample"),
      "against \(NumberText.count(outliers.count, "outlier set")) of \(NumberText.count(sum(outliers), "sample"))",
    ].filter { !$0.isEmpty }.joined(separator: " · ")
    answer = Self.answer(report)
    let headlines = report.scores.map { Headline.all(of: $0.report) } ?? []
    scores = headlines.flatMap { headline in
      headlines.count > 1
        ? headline.sentences.map { "\(headline.subject): \($0)" } : headline.sentences
    }
    chosen = report.methods.compactMap { method in
      guard let area = method.validationAUROC else { return nil }
      let values = method.parameters.sorted { $0.key < $1.key }
        .map { "\($0.key) \(NumberText.short($0.value))" }.joined(separator: ", ")
      return
        "– \(method.id): \(values), the best of \(method.candidateCount) on the validation sets "
        + "(AUROC \(NumberText.percent(area)))."
    }
    var reasons: [String] = []
    var methods: [String: [String]] = [:]
    for method in report.methods where !method.unavailable.isEmpty {
      if methods[method.unavailable] == nil { reasons.append(method.unavailable) }
      methods[method.unavailable, default: []].append(method.id)
    }
    unavailable = reasons.map {
      "– \((methods[$0] ?? []).joined(separator: ", ")): unavailable: \($0)."
    }
  }

  private static func answer(_ report: DetectionReport) -> String {
    func mean(_ method: String) -> Double? {
      let areas = report.entries.map(\.row).filter { $0.confidence == method }
        .compactMap { $0.metrics["auroc"] }
      return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
    }
    let means = report.methods.compactMap { method in mean(method.id).map { (method, $0) } }
    guard let best = means.max(by: { $0.1 < $1.1 }) else { return "No method has results." }
    if means.count == 1 {
      return "\(best.0.title) has a mean AUROC of \(NumberText.percent(best.1))."
    }
    return
      "Of \(NumberText.count(means.count, "method")), \(best.0.title) has the largest mean AUROC: \(NumberText.percent(best.1))."
  }
}

extension ReportFormatDescriptor<DetectionReport> {
  public static let table = Self(
    id: "table", title: "Table for a terminal, 100 columns", fileExtension: "txt",
    make: { DetectionTable() })

  /// Every format of `credence detect`, in the order in which help texts list them.
  public static let all: [Self] = [.table, .csv, .leaderboard, .json, .markdown, .html]
}
