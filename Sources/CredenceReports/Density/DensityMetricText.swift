import CredenceEvaluation

/// The words for the keys of an evaluation.
struct DensityMetricText {
  /// What m1 and m2 are.
  let first: String
  let second: String
  /// Whether the published m1 counts in-distribution samples as positive.
  let isInlierPositive: Bool

  init(_ type: DensityEvaluation.ModelType) {
    switch type {
    case .softmax:
      (first, second, isInlierPositive) = ("energy", "softmax entropy", true)
    case .ensemble:
      (first, second, isInlierPositive) = ("mutual information", "predictive entropy", false)
    case .gmm:
      (first, second, isInlierPositive) = ("log density", "entropy of the density", true)
    }
  }

  /// A score with its keys' beginning.
  struct Score {
    let title: String
    let prefix: String
  }

  /// The scores of a report, those at the fitted temperature last.
  func scores(_ report: DensityReport) -> [Score] {
    let all = [
      Score(title: first, prefix: "m1"), Score(title: second, prefix: "m2"),
      Score(title: "softmax entropy", prefix: "softmax_entropy"),
      Score(title: "\(first), at T", prefix: "t_m1"),
      Score(title: "\(second), at T", prefix: "t_m2"),
    ]
    let keys = report.keys
    return all.filter { keys.contains("\($0.prefix)_auroc") }
      .filter { report.modelType != .gmm || !$0.prefix.hasPrefix("t_") }
  }

  /// The metrics of a score in the order of the tables.
  static let metrics = [
    ("AUROC", "auroc"), ("AUPR-in", "auprc_in"), ("AUPR-out", "auprc_out"), ("FPR@95", "fpr95"),
  ]
}

extension DensityReport.Summary {
  /// The mean and its standard error in per cent.
  var percent: String {
    let mean = NumberText.hundredths(mean)
    return standardError.map { "\(mean) ± \(NumberText.hundredths($0))" } ?? mean
  }
}
