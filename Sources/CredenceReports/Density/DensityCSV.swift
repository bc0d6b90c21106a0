public import CredenceEvaluation

/// Writes an evaluation as one CSV record per run and set of outliers, then per set the means and their standard errors.
public struct DensityCSV: ReportFormat {
  public init() {}

  public func text(of report: DensityReport) -> String {
    let keys = report.keys
    var csv = CSVText(
      header: ["model", "model_type", "dataset", "outliers", "run", "temperature", "failure"] + keys
    )
    let identity = [report.name, report.modelType.rawValue, report.dataset]
    for run in report.runs {
      let temperature = run.temperatures.map(CSVText.number).joined(separator: " ")
      guard run.failure.isEmpty else {
        csv.append(
          identity + ["", String(run.number), temperature, run.failure] + keys.map { _ in "" })
        continue
      }
      for result in run.outliers {
        csv.append(
          identity + [result.name, String(run.number), temperature, ""]
            + keys.map { result.values[$0].map(CSVText.number) ?? "" })
      }
    }
    for name in report.outlierNames {
      let summaries = report.summaries(of: name)
      csv.append(
        identity + [name, "mean", "", ""]
          + keys.map { summaries[$0].map { CSVText.number($0.mean) } ?? "" })
      csv.append(
        identity + [name, "standard_error", "", ""]
          + keys.map { summaries[$0]?.standardError.map(CSVText.number) ?? "" })
    }
    return csv.text
  }
}

extension DensityReport {
  /// Every key that has a value: the published ones in their order, then the others.
  var keys: [String] {
    let found = Set(runs.flatMap { $0.outliers.flatMap(\.values.keys) })
    return Self.publishedKeys.filter(found.contains)
      + found.subtracting(Self.publishedKeys).sorted()
  }
}

extension ReportFormatDescriptor<DensityReport> {
  public static let csv = Self(
    id: "csv", title: "CSV (RFC 4180), full precision", fileExtension: "csv",
    make: { DensityCSV() })
}
