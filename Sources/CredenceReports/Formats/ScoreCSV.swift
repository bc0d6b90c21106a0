public import CredenceEvaluation

/// Writes a score report as one CSV record per row.
///
/// Columns: what was scored, the parameters, the metrics, then `<id>_low` and `<id>_high` of those that have an interval.
/// A cell without a value is empty; the reason is in the JSON form.
public struct ScoreCSV: ReportFormat {
  public init() {}

  private static let identity = [
    "model", "file", "dataset", "split", "samples", "classes", "confidence", "rescaling",
  ]

  public func text(of report: ScoreReport) -> String {
    let rows = report.entries.map(\.row)
    let metrics = report.metricIDs
    let bounded = metrics.filter { id in rows.contains { $0.intervals[id] != nil } }
    let parameters = Set(rows.flatMap(\.parameters.keys)).sorted()
    let taken = Set(Self.identity + metrics + bounded.flatMap { ["\($0)_low", "\($0)_high"] })

    var csv = CSVText(
      header: Self.identity + parameters.map { taken.contains($0) ? "parameter_\($0)" : $0 }
        + metrics + bounded.flatMap { ["\($0)_low", "\($0)_high"] })
    for row in rows {
      var fields = [
        row.model, row.file, row.dataset, row.split, String(row.samples), String(row.classes),
        row.confidence, row.rescaling,
      ]
      fields += parameters.map { row.parameters[$0].map(CSVText.number) ?? "" }
      fields += metrics.map { row.metrics[$0].map(CSVText.number) ?? "" }
      for id in bounded {
        let ends = row.intervals[id].flatMap { $0.count == 2 ? $0 : nil }
        fields += ends?.map(CSVText.number) ?? ["", ""]
      }
      csv.append(fields)
    }
    return csv.text
  }
}

extension ScoreReport {
  /// Every metric of the report: the columns in their order, then what rows have beyond them.
  var metricIDs: [String] {
    let known = columns.map(\.id)
    let found = Set(
      entries.flatMap { $0.row.metrics.keys } + entries.flatMap { $0.row.unavailable.keys })
    return known.filter(found.contains) + found.subtracting(known).sorted()
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let csv = Self(
    id: "csv", title: "CSV (RFC 4180), full precision", fileExtension: "csv", make: { ScoreCSV() })
}
