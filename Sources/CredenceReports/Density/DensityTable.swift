public import CredenceEvaluation

/// Writes an evaluation as tables for a terminal, at most 100 columns wide; fractions are printed in per cent, errors are standard errors.
public struct DensityTable: ReportFormat {
  private let style: TextStyle

  public init(style: TextStyle = .plain) { self.style = style }

  public func text(of report: DensityReport) -> String {
    let runs = report.runs.count { $0.failure.isEmpty }
    var lines = wrapped(
      "\(report.name) · \(report.modelType.rawValue) · \(report.dataset) · "
        + NumberText.count(runs, "run")
    ).map(style.bold)
    if let name = report.outlierNames.first {
      let summaries = report.summaries(of: name)
      let parts = [("accuracy", "accuracy"), ("ECE", "ece"), ("ECE at T", "t_ece")].compactMap {
        title, key in summaries[key].map { "\(title) \($0.percent) %" }
      }
      let temperatures = report.runs.filter { $0.failure.isEmpty }.map { run in
        run.temperatures.map { NumberText.short($0) }.joined(separator: "/")
      }
      lines += wrapped(
        parts.joined(separator: ", ") + ", T " + temperatures.joined(separator: ", "))
    }
    let text = DensityMetricText(report.modelType)
    let scores = text.scores(report)
    for name in report.outlierNames {
      let summaries = report.summaries(of: name)
      let count = report.runs.lazy.flatMap(\.outliers).first { $0.name == name }?.sampleCount ?? 0
      lines += [""]
      lines += wrapped("Against \(name), \(NumberText.count(count, "sample")), in per cent:")
        .map(style.bold)
      let columns = DensityMetricText.metrics.map { title, key in
        TableColumn(
          title: title,
          cells: scores.map { summaries["\($0.prefix)_\(key)"]?.percent ?? "–" })
      }
      let width = (scores.map(\.title) + ["Score"]).map(TerminalText.width).max() ?? 0
      lines.append(
        style.bold(
          TerminalText.padded("Score", to: width)
            + columns.map { "  " + $0.padded($0.title) }.joined()))
      for (row, score) in scores.enumerated() {
        lines.append(
          TerminalText.padded(score.title, to: width)
            + columns.map { "  " + $0.padded($0.cells[row]) }.joined())
      }
    }
    if !report.warnings.isEmpty { lines.append("") }
    lines += report.warnings.flatMap { wrapped("Warning: \($0)").map(style.warning) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: ScoreTable.width, indent: "  ")
  }
}

extension ReportFormatDescriptor<DensityReport> {
  public static let table = Self(
    id: "table", title: "Tables for a terminal", fileExtension: "txt", make: { DensityTable() })
}
