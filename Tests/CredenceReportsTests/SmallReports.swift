import CredenceEvaluation
import CredenceMetrics

/// Reports small enough that their whole text can stand in a test.
enum SmallReports {
  static let columns = [
    MetricColumn(
      id: "accuracy", title: "Accuracy", direction: .higherIsBetter,
      definition: "share of right predictions", source: ""),
    MetricColumn(
      id: "auroc", title: "AUROC", direction: .higherIsBetter,
      definition: "positive = right; ties count half", source: "Hendrycks & Gimpel, ICLR 2017"),
    MetricColumn(
      id: "sac_0.99", title: "Coverage at 99 % selective accuracy", direction: .higherIsBetter,
      definition: "largest coverage whose accuracy is at least 0.99",
      source: "Galil et al., ICLR 2023"),
    MetricColumn(
      id: "ece", title: "Expected calibration error", direction: .lowerIsBetter,
      definition: "15 equal-width bins, closed on the right", source: "Guo et al., ICML 2017"),
    MetricColumn(
      id: "nll", title: "Negative log-likelihood", direction: .lowerIsBetter, definition: "in nats",
      source: ""),
  ]

  /// One model before and after temperature scaling, with one missing value.
  static let one: ScoreReport = {
    let definitions = Dictionary(uniqueKeysWithValues: columns.map { ($0.id, $0.definition) })
    let before = ResultRow(
      model: "resnet50", file: "a.npz", dataset: "imagenet", split: "val", samples: 50000,
      classes: 1000,
      metrics: ["accuracy": 0.7613, "auroc": 0.8576531, "sac_0.99": 0.3125, "ece": 0.0371],
      intervals: ["accuracy": [0.7575, 0.765], "auroc": [0.8531, 0.862]],
      unavailable: ["nll": "the file holds confidences, not probabilities"],
      definitions: definitions)
    var after = before
    after.rescaling = "temperature"
    after.parameters = ["temperature": 1.2345]
    after.metrics["ece"] = 0.0123
    return ScoreReport(
      entries: [before, after].map { ScoreEntry(row: $0, diagnostics: Diagnostics()) },
      warnings: ["3 rows have no label and were left out."], columns: columns)
  }()

  /// Two models, one of them named by an adversary.
  static let hostile: ScoreReport = {
    var report = one
    report.warnings = ["</script><script>alert('warning')</script>"]
    for index in report.entries.indices {
      var second = report.entries[index]
      second.row.model = hostileName
      second.row.file = "folder,with \"commas\"\r\nand lines.csv"
      second.row.metrics["nll"] = 0.9876
      second.row.unavailable = [:]
      report.entries.append(second)
    }
    return report
  }()

  static let hostileName = "a,\"b\"\n</script><script>alert(1)</script><!-- | *é\u{1B}[2J"
}
