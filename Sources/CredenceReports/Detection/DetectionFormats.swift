public import CredenceEvaluation
public import Foundation

/// Writes a detection report as one CSV record per method and outlier set, then one per method and group.
///
/// The columns are those of `credence score`, so both can stand in one table: `confidence` is the method, `dataset` the outlier set and
/// `split` its group; means over a group have the split `mean`.
public struct DetectionCSV: ReportFormat {
  public init() {}

  public func text(of report: DetectionReport) -> String {
    let rows = report.entries.map(\.row) + report.groupRows
    return ScoreCSV().text(
      of: ScoreReport(
        entries: rows.map { ScoreEntry(row: $0, diagnostics: Diagnostics()) },
        columns: report.columns))
  }
}

/// Writes a detection report in the columns of the OpenOOD v1.5 leaderboard, in per cent.
///
/// One record per method and outlier set, with `nearood` and `farood` for the means of the groups `near` and `far`. As there, the
/// positive class of FPR@95 is out-of-distribution; AUPR is average precision where OpenOOD takes the trapezoid rule, which is
/// optimistic. ACC is the accuracy over all in-distribution sets.
public struct DetectionLeaderboardCSV: ReportFormat {
  public init() {}

  private static let metrics = ["fpr95_out", "auroc", "aupr_in", "aupr_out"]

  public func text(of report: DetectionReport) -> String {
    var csv = CSVText(
      header: ["method", "dataset", "FPR@95", "AUROC", "AUPR_IN", "AUPR_OUT", "ACC"])
    let accuracy = report.accuracy
    for method in report.methods where method.unavailable.isEmpty {
      for mean in report.groupRows where mean.confidence == method.id {
        let members = report.entries.map(\.row).filter {
          $0.confidence == method.id && $0.split == mean.dataset
        }
        for (row, name) in members.map({ ($0, $0.dataset) }) + [(mean, Self.name(mean.dataset))] {
          csv.append(
            [method.id, name]
              + Self.metrics.map { row.metrics[$0].map { CSVText.number(100 * $0) } ?? "" }
              + [accuracy.map { CSVText.number(100 * $0) } ?? ""])
        }
      }
    }
    return csv.text
  }

  private static func name(_ group: String) -> String {
    group.isEmpty ? "mean" : "\(group)ood"
  }
}

extension DetectionReport {
  /// The accuracy over all in-distribution sets; `nil` where one has no labels.
  var accuracy: Double? {
    let inputs = inputs.filter { [.inDistribution, .covariateShifted].contains($0.role) }
    var right = 0.0
    for input in inputs {
      guard let accuracy = input.accuracy else { return nil }
      right += accuracy * Double(input.samples)
    }
    let count = inputs.reduce(0) { $0 + $1.samples }
    return count == 0 ? nil : right / Double(count)
  }
}

/// Writes a detection report as JSON: the report's own form.
public struct DetectionJSON: ReportFormat {
  public init() {}

  public func text(of report: DetectionReport) throws -> String { try JSONText.encode(report) }

  /// Reads a report back.
  ///
  /// - Parameter data: UTF-8 text.
  /// - Returns: The report, equal to the one that was written.
  /// - Throws: `ReportError.unreadable` where the text is something else or of a later version.
  public static func report(decoding data: Data) throws -> DetectionReport {
    try JSONText.decode(DetectionReport.self, from: data, schema: DetectionReport.schemaName)
  }
}

/// Writes a detection report as Markdown: a row per method, two columns per outlier set or group.
public struct DetectionMarkdown: ReportFormat {
  public init() {}

  public func text(of report: DetectionReport) -> String {
    let words = DetectionText(report)
    let groups = report.groupColumns
    let columns = report.setColumns + (groups == report.setColumns ? [] : groups)
    var lines = [
      MarkdownText.escaped(words.heading + "."), "", MarkdownText.escaped(words.answer), "",
      MarkdownText.row(["Method"] + columns.flatMap { ["\($0.name) AUROC", "FPR@95"] }),
      "|---|" + String(repeating: "---:|---:|", count: columns.count),
    ]
    for method in report.methods where method.unavailable.isEmpty {
      lines.append(
        MarkdownText.row(
          [method.id]
            + columns.flatMap { column in
              ["auroc", "fpr95"].map { metric in
                column.row(of: method.id)?.metrics[metric].map(NumberText.percent) ?? "–"
              }
            }))
    }
    lines.append("")
    for text in words.chosen + words.unavailable + report.warnings.map({ "Warning: \($0)" }) {
      lines.append(
        "- \(MarkdownText.escaped(text.hasPrefix("– ") ? String(text.dropFirst(2)) : text))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ReportFormatDescriptor<DetectionReport> {
  public static let csv = Self(
    id: "csv", title: "CSV (RFC 4180), full precision", fileExtension: "csv",
    make: { DetectionCSV() })

  public static let leaderboard = Self(
    id: "leaderboard", title: "CSV in the columns of OpenOOD v1.5, per cent", fileExtension: "csv",
    make: { DetectionLeaderboardCSV() })

  public static let json = Self(
    id: "json", title: "JSON, full precision", fileExtension: "json", make: { DetectionJSON() })

  public static let markdown = Self(
    id: "markdown", title: "Markdown table", fileExtension: "md", make: { DetectionMarkdown() })
}
