public import CredenceEvaluation

/// The results on corrupted images as tables for a terminal, at most 100 columns wide.
///
/// For each corruption tree: error rates and corruption errors in per cent, then the metrics that tell most by severity, averaged over
/// corruptions. The reasons of missing values follow.
public struct ShiftTable: ReportFormat {
  /// The metrics whose severity curves are shown.
  static let metrics = ["accuracy", "auroc", "ece"]

  private let style: TextStyle

  public init(style: TextStyle = .plain) { self.style = style }

  public func text(of report: ScoreReport) -> String {
    guard !report.shifts.isEmpty else { return "No results on corrupted images.\n" }
    return report.shifts.map { lines(of: $0).joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func lines(of report: ShiftReport) -> [String] {
    let names = ShiftNames(report)
    var lines = wrapped(names.heading).map(style.bold)
    let errors = report.errors
    lines += table(
      names.models,
      [
        TableColumn(title: "Clean error", cells: errors.map { Self.cell($0.cleanError) }),
        TableColumn(title: "Mean error", cells: errors.map { Self.cell($0.meanError) }),
        TableColumn(title: "mCE", cells: errors.map { Self.cell($0.meanCorruptionError) }),
        TableColumn(
          title: "Relative mCE", cells: errors.map { Self.cell($0.relativeMeanCorruptionError) }),
      ])
    for metric in Self.metrics where report.metricIDs.contains(metric) {
      let title = MetricStyle(id: metric).shortTitle
      let shown = report.severities.prefix(8)
      lines += ["", style.bold("\(title) by severity, averaged over corruptions")]
      let columns = shown.map { severity in
        TableColumn(
          title: String(severity),
          cells: report.series.map { Self.cell(report.mean(of: metric, $0, severity: severity)) })
      }
      let clean = TableColumn(
        title: "Clean", cells: report.series.map { Self.cell($0.cleanValue(of: metric)) })
      lines += table(names.series, [clean] + columns)
    }
    return lines + [""] + names.reasons.flatMap(wrapped)
  }

  private func table(_ names: [String], _ columns: [TableColumn]) -> [String] {
    let used = columns.reduce(0) { $0 + $1.width + 2 }
    let names = names.map {
      TerminalText.truncated(TerminalText.sanitized($0), to: max(20, ScoreTable.width - used))
    }
    let width = (names + ["Model"]).map(TerminalText.width).max() ?? 0
    func line(_ name: String, _ cell: (TableColumn) -> String) -> String {
      TerminalText.padded(name, to: width) + columns.map { "  " + $0.padded(cell($0)) }.joined()
    }
    return [style.bold(line("Model") { $0.title })]
      + names.indices.map { index in line(names[index]) { $0.cells[index] } }
  }

  private static func cell(_ value: Measurement) -> String {
    value.value.map(NumberText.percent) ?? "–"
  }

  private func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: ScoreTable.width, indent: "  ")
  }
}

/// The words of a shift report: names that tell its rows apart, and why values are missing.
struct ShiftNames {
  let heading: String
  /// One per model.
  let models: [String]
  /// One per series: the model, and what else differs.
  let series: [String]
  /// One sentence per reason.
  let reasons: [String]

  init(_ report: ShiftReport) {
    models = report.models
    let hasConfidences = Set(report.series.map(\.confidence)).count > 1
    let hasRescalings = Set(report.series.map(\.rescaling)).count > 1
    series = report.series.map { series in
      var name = series.model
      if hasConfidences { name += " · \(series.confidence)" }
      if hasRescalings, !["none", ""].contains(series.rescaling) {
        name += ", after \(series.rescaling)"
      }
      return name
    }
    let parts = [
      report.dataset, NumberText.count(report.corruptions.count, "corruption"),
      report.severities.count == 1
        ? "severity \(report.severities[0])" : "\(report.severities.count) severities",
      report.referenceName.isEmpty ? "" : "errors against \(report.referenceName)",
    ]
    heading = parts.filter { !$0.isEmpty }.joined(separator: " · ")
    reasons = Self.reasons(of: report)
  }

  private static func reasons(of report: ShiftReport) -> [String] {
    var order: [String] = []
    var models: [String: [String]] = [:]
    for errors in report.errors {
      let values = [
        ("clean error", errors.cleanError), ("mean error", errors.meanError),
        ("mCE", errors.meanCorruptionError), ("relative mCE", errors.relativeMeanCorruptionError),
      ]
      var names: [String: [String]] = [:]
      var found: [String] = []
      for (name, value) in values where !value.reason.isEmpty {
        if names[value.reason] == nil { found.append(value.reason) }
        names[value.reason, default: []].append(name)
      }
      for reason in found {
        let text = "\((names[reason] ?? []).joined(separator: ", ")): \(reason)"
        if models[text] == nil { order.append(text) }
        models[text, default: []].append(errors.model)
      }
    }
    return order.map { text in
      let members = models[text] ?? []
      let scope = members.count == report.errors.count ? "" : "\(members.joined(separator: "; ")): "
      return "– \(scope)\(text)."
    }
  }
}
