public import CredenceEvaluation

/// Writes the models of a comparison as one CSV record each, with metrics, ranks and intervals.
public struct ComparisonCSV: ReportFormat {
  public init() {}

  public func text(of report: ComparisonReport) -> String {
    let metrics = report.metricIDs
    let bounded = metrics.filter { id in report.models.contains { $0.intervals[id] != nil } }
    var csv = CSVText(
      header: ["model", "file", "samples"] + metrics + metrics.map { "\($0)_rank" }
        + bounded.flatMap { ["\($0)_low", "\($0)_high"] })
    for model in report.models {
      var fields = [model.model, model.file, String(report.samples)]
      fields += metrics.map { model.metrics[$0].map(CSVText.number) ?? "" }
      fields += metrics.map { model.ranks[$0].map(CSVText.number) ?? "" }
      for id in bounded {
        let ends = model.intervals[id].flatMap { $0.count == 2 ? $0 : nil }
        fields += ends?.map(CSVText.number) ?? ["", ""]
      }
      csv.append(fields)
    }
    return csv.text
  }
}

/// Writes the differences of a comparison as one CSV record per metric and pair of models.
public struct ComparisonPairsCSV: ReportFormat {
  public init() {}

  public func text(of report: ComparisonReport) -> String {
    var csv = CSVText(header: [
      "metric", "first", "second", "difference", "difference_low", "difference_high", "test",
      "p_value", "adjusted_p_value",
    ])
    for pair in report.pairs {
      let ends = pair.interval.count == 2 ? pair.interval.map(CSVText.number) : ["", ""]
      csv.append(
        [pair.metric, pair.first, pair.second, CSVText.number(pair.difference)] + ends
          + [pair.test, CSVText.number(pair.pValue), CSVText.number(pair.adjustedPValue)])
    }
    return csv.text
  }
}

extension ReportFormatDescriptor<ComparisonReport> {
  public static let csv = Self(
    id: "csv", title: "CSV (RFC 4180) of the models, full precision", fileExtension: "csv",
    make: { ComparisonCSV() })

  public static let pairs = Self(
    id: "pairs", title: "CSV (RFC 4180) of the differences of each pair", fileExtension: "csv",
    make: { ComparisonPairsCSV() })
}
