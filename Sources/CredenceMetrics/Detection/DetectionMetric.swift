/// A metric of detection.
public struct DetectionMetric: Identifiable, Sendable {
  /// The report's column: `fpr95`, `auroc`, `aupr_in`, `aupr_out`.
  public let id: String
  /// The column in the leaderboard of OpenOOD v1.5; `nil` for what it does not list.
  public let leaderboardName: String?
  /// The ranking metric that it is, in the detector's words: who is positive.
  public let descriptor: MetricDescriptor<ScoredOutcomes>

  private init(
    _ id: String, leaderboardName: String?, title: String, definition: String,
    _ ranking: MetricDescriptor<ScoredOutcomes>
  ) {
    self.id = id
    self.leaderboardName = leaderboardName
    descriptor = MetricDescriptor(
      id: id, title: title, definition: definition, direction: ranking.direction,
      source: ranking.source, cost: ranking.cost, make: ranking.make)
  }

  /// The share of outliers that are accepted where 95 % of the inliers are.
  public static let fpr95 = Self(
    "fpr95", leaderboardName: nil, title: "FPR@95 % TPR",
    definition:
      "positive: in-distribution; the first threshold with TPR ≥ 0.95, ties accepted together, no interpolation",
    .fpr95)

  /// The chance that an outlier is more uncertain than an inlier; ties count one half.
  public static let auroc = Self(
    "auroc", leaderboardName: "AUROC", title: "AUROC",
    definition: "the same for either positive class; equal uncertainties count one half", .auroc)

  /// Average precision of finding inliers by low uncertainty.
  public static let auprIn = Self(
    "aupr_in", leaderboardName: "AUPR_IN", title: "AUPR-in",
    definition: "positive: in-distribution; average precision, ties accepted together",
    .auprSuccess)

  /// Average precision of finding outliers by high uncertainty.
  public static let auprOut = Self(
    "aupr_out", leaderboardName: "AUPR_OUT", title: "AUPR-out",
    definition: "positive: out-of-distribution; average precision, ties accepted together",
    .auprError)

  /// The share of inliers that are rejected where 95 % of the outliers are, as OpenOOD v1.5 counts it.
  public static let fpr95Out = Self(
    "fpr95_out", leaderboardName: "FPR@95", title: "FPR@95 % TPR of outliers",
    definition:
      "positive: out-of-distribution; the first threshold with TPR ≥ 0.95, ties rejected together, no interpolation",
    MetricDescriptor(
      id: "fpr95_out", title: "FPR@95 % TPR of outliers", definition: "positive: wrong",
      direction: .lowerIsBetter, source: "Zhang et al., OpenOOD v1.5, arXiv:2306.09301",
      make: { OutlierFPR95() }))

  /// Every metric of detection, in the order in which they are shown.
  public static let all: [Self] = [.fpr95, .auroc, .auprIn, .auprOut, .fpr95Out]
}

/// The share of correct predictions that are rejected where 95 % of the errors are: FPR at 95 % TPR of finding errors.
///
/// The rule: the first threshold, from low to high confidence, at which at least 95 % of the errors are rejected;
/// equal confidences are rejected together and nothing is interpolated.
public struct OutlierFPR95: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.totals.requireBothKinds()
    // The slack keeps 0.95 × 20 = 19 from becoming 20 by rounding.
    let needed = Int((0.95 * Double(outcomes.errorCount) - 1e-9).rounded(.up))
    var (errors, correct) = (0, 0)
    for group in outcomes.counts.indices.reversed() where errors < needed {
      errors += Int(outcomes.errorCounts[group])
      correct += Int(outcomes.counts[group] - outcomes.errorCounts[group])
    }
    return Double(correct) / Double(outcomes.count - outcomes.errorCount)
  }
}
