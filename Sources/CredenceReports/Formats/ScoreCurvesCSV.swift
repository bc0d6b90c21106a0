public import CredenceEvaluation
import CredenceMetrics

/// Writes the points of every curve as CSV, one record per point.
///
/// The column `curve` says which: `risk_coverage`, `oracle`, `roc`, `reliability`, `histogram`. Cells that a curve doesn't have
/// are empty.
public struct ScoreCurvesCSV: ReportFormat {
  public init() {}

  private static let values = [
    "coverage", "risk", "generalized_risk", "threshold", "false_positive_rate",
    "true_positive_rate", "lower", "upper", "count", "mean_confidence", "accuracy", "accuracy_low",
    "accuracy_high", "correct", "wrong",
  ]

  public func text(of report: ScoreReport) -> String {
    var csv = CSVText(
      header: ["model", "file", "dataset", "split", "confidence", "rescaling", "curve", "point"]
        + Self.values)
    for entry in report.entries {
      for (name, points) in Self.curves(entry.diagnostics) {
        for (index, point) in points.enumerated() {
          let row = entry.row
          csv.append(
            [
              row.model, row.file, row.dataset, row.split, row.confidence, row.rescaling, name,
              String(index),
            ] + Self.values.map { point[$0] ?? "" })
        }
      }
    }
    return csv.text
  }

  private static func curves(_ diagnostics: Diagnostics) -> [(String, [[String: String]])] {
    func coverage(_ point: RiskCoveragePoint) -> [String: String] {
      [
        "coverage": CSVText.number(point.coverage), "risk": CSVText.number(point.risk),
        "generalized_risk": CSVText.number(point.generalizedRisk),
        "threshold": CSVText.number(point.threshold),
      ]
    }
    return [
      ("risk_coverage", diagnostics.riskCoverage.map(coverage)),
      ("oracle", diagnostics.oracle.map(coverage)),
      (
        "roc",
        diagnostics.roc.map { point in
          [
            "false_positive_rate": CSVText.number(point.falsePositiveRate),
            "true_positive_rate": CSVText.number(point.truePositiveRate),
          ]
        }
      ),
      ("reliability", diagnostics.reliability.map(Self.bin)),
      (
        "histogram",
        diagnostics.histogram.map { bin in
          [
            "lower": CSVText.number(bin.lower), "upper": CSVText.number(bin.upper),
            "correct": String(bin.correct), "wrong": String(bin.wrong),
          ]
        }
      ),
    ]
  }

  private static func bin(_ bin: ReliabilityBin) -> [String: String] {
    var cells = [
      "lower": CSVText.number(bin.lower), "upper": CSVText.number(bin.upper),
      "count": String(bin.count),
    ]
    // An empty bin has no mean.
    guard bin.count > 0 else { return cells }
    cells["mean_confidence"] = CSVText.number(bin.meanConfidence)
    cells["accuracy"] = CSVText.number(bin.accuracy)
    if bin.accuracyInterval.count == 2 {
      cells["accuracy_low"] = CSVText.number(bin.accuracyInterval[0])
      cells["accuracy_high"] = CSVText.number(bin.accuracyInterval[1])
    }
    return cells
  }
}

/// Writes the classes of every row as CSV, one record per class.
public struct ScoreClassesCSV: ReportFormat {
  public init() {}

  public func text(of report: ScoreReport) -> String {
    var csv = CSVText(header: [
      "model", "file", "dataset", "split", "confidence", "rescaling", "index", "name", "samples",
      "accuracy", "mean_confidence", "gap",
    ])
    for entry in report.entries {
      let row = entry.row
      for item in entry.diagnostics.classes {
        csv.append([
          row.model, row.file, row.dataset, row.split, row.confidence, row.rescaling,
          String(item.index), item.name, String(item.samples), CSVText.number(item.accuracy),
          CSVText.number(item.meanConfidence), CSVText.number(item.gap),
        ])
      }
    }
    return csv.text
  }
}

extension ReportFormatDescriptor<ScoreReport> {
  public static let curves = Self(
    id: "curves", title: "CSV (RFC 4180) of the points of every curve", fileExtension: "csv",
    make: { ScoreCurvesCSV() })

  public static let classes = Self(
    id: "classes", title: "CSV (RFC 4180) of every class", fileExtension: "csv",
    make: { ScoreClassesCSV() })
}
