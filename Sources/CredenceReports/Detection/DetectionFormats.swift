public import CredenceEvaluation
import CredenceMetrics
public import Foundation

/// Writes a detection report as one CSV record per method and outlier set, then one per method and group.
///
/// The columns are those of `credence score`, whose rows on the in-distribution sets come first: there `dataset` is an in-distribution
/// set and `confidence` a confidence function. In those of the detection `confidence` is the method, `dataset` the outlier set and
/// `split` its group; means over a group have the split `mean`.
public struct DetectionCSV: ReportFormat {
  public init() {}

  public func text(of report: DetectionReport) -> String {
    let rows = (report.entries.map(\.row) + report.groupRows).map {
      ScoreEntry(row: $0, diagnostics: Diagnostics())
    }
    let scores = report.scores.map(\.columns) ?? []
    let known = Set(scores.map(\.id))
    return ScoreCSV().text(
      of: ScoreReport(
        entries: (report.scores.map(\.entries) ?? []) + rows,
        columns: scores + report.columns.filter { !known.contains($0.id) }))
  }
}

/// Writes a detection report in the columns of the OpenOOD v1.5 leaderboard, in per cent.
///
/// One record per method and outlier set, with `nearood` and `farood` for the means of the groups `near` and `far`. As there, the
/// positive class of FPR@95 is out-of-distribution; AUPR is average precision where OpenOOD takes the trapezoid rule, which is
/// optimistic. ACC is the accuracy over all in-distribution sets. The ends of 95 % intervals follow the published columns.
public struct DetectionLeaderboardCSV: ReportFormat {
  public init() {}

  /// The published columns and the metrics in them.
  private static let metrics = [
    ("FPR@95", DetectionMetric.fpr95Out), ("AUROC", .auroc), ("AUPR_IN", .auprIn),
    ("AUPR_OUT", .auprOut),
  ]

  public func text(of report: DetectionReport) -> String {
    var csv = CSVText(
      header: ["method", "dataset"] + Self.metrics.map(\.0) + ["ACC"]
        + Self.metrics.flatMap { ["\($0.0)_low", "\($0.0)_high"] })
    func percent(_ value: Double?) -> String { value.map { CSVText.number(100 * $0) } ?? "" }
    let accuracy = report.accuracy
    for method in report.methods where method.unavailable.isEmpty {
      for mean in report.groupRows where mean.confidence == method.id {
        let members = report.entries.map(\.row).filter {
          $0.confidence == method.id && $0.split == mean.dataset
        }
        for (row, name) in members.map({ ($0, $0.dataset) }) + [(mean, Self.name(mean.dataset))] {
          csv.append(
            [method.id, name]
              + Self.metrics.map { percent(row.metrics[$0.1.id]) } + [percent(accuracy)]
              + Self.metrics.flatMap { metric in
                let ends = row.intervals[metric.1.id].flatMap { $0.count == 2 ? $0 : nil }
                return [percent(ends?[0]), percent(ends?[1])]
              })
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
    if let scores = report.scores {
      lines += ["", MarkdownText.escaped(words.scoresHeading), ""]
      lines += words.scores.map(MarkdownText.escaped) + [""]
      lines.append(ScoreMarkdown().text(of: scores.report))
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
