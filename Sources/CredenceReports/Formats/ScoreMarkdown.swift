public import CredenceEvaluation

/// Writes a score report as Markdown: one table of all metrics, a column per row of the report.
public struct ScoreMarkdown: ReportFormat {
  public init() {}

  public func text(of report: ScoreReport) -> String {
    let rows = report.entries.map(\.row)
    let labels = EntryLabels(rows)
    let columns = report.columns.byID
    var lines: [String] = []
    for headline in Headline.all(of: report) {
      lines.append(
        "**\(MarkdownText.escaped(headline.subject))**: "
          + MarkdownText.escaped(headline.sentences.joined(separator: " ")))
      lines.append("")
    }
    lines.append(MarkdownText.row(["Metric"] + labels.labels))
    lines.append("|---|" + String(repeating: "---:|", count: rows.count))
    lines.append(MarkdownText.row(["Samples"] + rows.map { NumberText.count($0.samples) }))
    if rows.contains(where: { !$0.parameters.isEmpty }) {
      lines.append(MarkdownText.row(["Parameters"] + rows.map(\.parameterText)))
    }
    for id in report.metricIDs {
      let style = MetricStyle(id: id)
      lines.append(
        MarkdownText.row(
          [style.title(in: columns)]
            + rows.map { row in
              guard let value = row.metrics[id] else { return "–" }
              let interval = style.text(row.intervals[id] ?? [])
              return style.text(value) + (interval.isEmpty ? "" : " (\(interval))")
            }))
    }
    let notes =
      Unavailability.lines(of: report, labels: labels) + report.warnings.map { "Warning: \($0)" }
    for note in notes { lines += ["", MarkdownText.escaped(note)] }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The rules of Markdown text that comes from elsewhere.
enum MarkdownText {
  /// A table row with escaped cells.
  static func row(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  /// The text on one line, with everything that Markdown or HTML would read as markup escaped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.sanitized(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|", "*", "_", "`", "[", "]", "\\", "#", "~", "!": result += "\\" + String(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let markdown = Self(
    id: "markdown", title: "Markdown table", fileExtension: "md", make: { ScoreMarkdown() })
}
