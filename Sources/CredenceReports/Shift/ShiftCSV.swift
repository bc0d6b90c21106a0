public import CredenceEvaluation

/// Writes the results on corrupted images as one CSV record per model, corruption, severity and metric.
///
/// The metric `error` is the top-1 error rate. The corruption `clean`, at severity 0, is the images without any; `mean` averages over
/// all corruptions. A value that is missing leaves its cell empty and has its reason in the last one.
public struct ShiftCSV: ReportFormat {
  public init() {}

  public func text(of report: ScoreReport) -> String {
    var csv = CSVText(header: [
      "dataset", "model", "confidence", "rescaling", "corruption", "severity", "metric", "value",
      "unavailable",
    ])
    for shift in report.shifts {
      for series in shift.series {
        for metric in ["error"] + shift.metricIDs {
          func append(_ corruption: String, _ severity: Int, _ value: Measurement) {
            csv.append([
              shift.dataset, series.model, series.confidence, series.rescaling, corruption,
              String(severity), metric, value.value.map(CSVText.number) ?? "", value.reason,
            ])
          }
          append("clean", 0, series.cleanValue(of: metric))
          for corruption in shift.corruptions {
            for severity in shift.severities {
              append(
                corruption, severity, series.value(of: metric, corruption, severity: severity))
            }
          }
          for severity in shift.severities {
            append("mean", severity, shift.mean(of: metric, series, severity: severity))
          }
        }
      }
    }
    return csv.text
  }
}

/// Writes error rates and corruption errors (CE, mCE and their relative forms) as one CSV record per model and corruption.
///
/// All are fractions. The corruption `mean` has the mean error rate over all corruptions, mCE and relative mCE.
public struct CorruptionErrorsCSV: ReportFormat {
  public init() {}

  public func text(of report: ScoreReport) -> String {
    var csv = CSVText(header: [
      "dataset", "model", "reference", "corruption", "clean_error", "error", "ce", "relative_ce",
      "unavailable",
    ])
    for shift in report.shifts {
      for errors in shift.errors {
        func append(_ corruption: String, _ values: [Measurement]) {
          let all = [errors.cleanError] + values
          let reasons = all.map(\.reason).filter { !$0.isEmpty }
          let distinct = reasons.enumerated().filter { reasons.firstIndex(of: $1) == $0 }
          csv.append(
            [shift.dataset, errors.model, shift.referenceName, corruption]
              + all.map { $0.value.map(CSVText.number) ?? "" }
              + [distinct.map(\.element).joined(separator: "; ")])
        }
        for corruption in errors.corruptions {
          append(
            corruption.name,
            [corruption.error, corruption.corruptionError, corruption.relativeCorruptionError])
        }
        append(
          "mean",
          [errors.meanError, errors.meanCorruptionError, errors.relativeMeanCorruptionError])
      }
    }
    return csv.text
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  /// The formats of results on corrupted images, which are empty tables where a report has none.
  public static let shifts: [Self] = [
    Self(
      id: "shift", title: "CSV of every metric by corruption and severity", fileExtension: "csv",
      make: { ShiftCSV() }),
    Self(
      id: "mce", title: "CSV of corruption errors", fileExtension: "csv",
      make: { CorruptionErrorsCSV() }),
  ]
}
