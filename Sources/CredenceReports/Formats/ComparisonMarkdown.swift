public import CredenceEvaluation

/// Writes a comparison as Markdown: the models, then the differences.
public struct ComparisonMarkdown: ReportFormat {
  public init() {}

  public func text(of report: ComparisonReport) -> String {
    let columns = report.columns.byID
    var lines = [MarkdownText.escaped(report.subjectText + "."), ""]
    for sentence in report.answer { lines.append("- \(MarkdownText.escaped(sentence))") }
    lines += ["", MarkdownText.row(["Metric"] + report.models.map(\.model))]
    lines.append("|---|" + String(repeating: "---:|", count: report.models.count))
    for id in report.metricIDs {
      let style = MetricStyle(id: id)
      lines.append(
        MarkdownText.row(
          [style.title(in: columns)]
            + report.models.map { model in
              guard let value = model.metrics[id] else { return "–" }
              let interval = style.text(model.intervals[id] ?? [])
              let rank = model.ranks[id].map { ", rank \(NumberText.short($0))" } ?? ""
              return style.text(value) + (interval.isEmpty ? "" : " (\(interval))") + rank
            }))
    }
    if !report.pairs.isEmpty {
      lines += [
        "",
        MarkdownText.row(["Metric", "Pair", "Difference", "95 % interval", "Test", "p (Holm)"]),
        "|---|---|---:|---:|---|---:|",
      ]
      for pair in report.pairs {
        let style = MetricStyle(id: pair.metric)
        lines.append(
          MarkdownText.row([
            style.title(in: columns), "\(pair.first) − \(pair.second)",
            style.signed(pair.difference),
            style.signed(pair.interval), pair.testTitle, NumberText.pValue(pair.adjustedPValue),
          ]))
      }
      lines += ["", "Differences of fractions are in percentage points."]
    }
    for note in report.unavailabilityLines + report.warnings.map({ "Warning: \($0)" }) {
      lines += ["", MarkdownText.escaped(note)]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ReportFormatDescriptor<ComparisonReport> {
  public static let markdown = Self(
    id: "markdown", title: "Markdown tables", fileExtension: "md", make: { ComparisonMarkdown() })
}
