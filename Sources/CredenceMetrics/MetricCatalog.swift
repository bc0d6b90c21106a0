extension MetricDescriptor<ScoredOutcomes> {
  /// Every metric of confidences and correctness, in the order in which they are shown.
  public static func all(_ settings: MetricSettings = MetricSettings()) -> [Self] {
    let sac = settings.accuracies.map {
      Self.sac(accuracy: $0, minimumCount: settings.sacMinimumCount, rule: settings.sacRule)
    }
    return [.accuracy, .auroc, .auprSuccess, .auprError, .fpr95]
      + [.aurc, .eaurc, .naurc, .augrc] + sac
      + settings.coverages.map { .selectiveRisk(coverage: $0) }
      + settings.risks.map { .coverageAtRisk($0) }
      + [.eaurcAsymptotic, .aurcTrapezoid, .excessAUGRC]
  }
}
