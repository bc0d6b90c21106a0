extension MetricDescriptor<ScoredOutcomes> {
  /// Every metric of confidences and correctness, in the order in which they are shown.
  public static func all(_ settings: MetricSettings = MetricSettings()) -> [Self] {
    ranking(settings) + calibration(settings)
  }

  /// The metrics that depend on the order of confidences alone, whatever their unit.
  public static func ranking(_ settings: MetricSettings = MetricSettings()) -> [Self] {
    let sac = settings.accuracies.map {
      Self.sac(accuracy: $0, minimumCount: settings.sacMinimumCount, rule: settings.sacRule)
    }
    return [.accuracy, .auroc, .auprSuccess, .auprError, .fpr95]
      + [.aurc, .eaurc, .naurc, .augrc] + sac
      + settings.coverages.map { .selectiveRisk(coverage: $0) }
      + settings.risks.map { .coverageAtRisk($0) }
      + [.eaurcAsymptotic, .aurcTrapezoid, .excessAUGRC]
  }

  /// The metrics that compare confidences with the share of right predictions: confidences must be probabilities.
  public static func calibration(_ settings: MetricSettings = MetricSettings()) -> [Self] {
    let bins = settings.binCount
    return [.ece(binCount: bins), .mce(binCount: bins), .eceL2(binCount: bins)]
      + [.eceEqualMass(binCount: bins), .mceEqualMass(binCount: bins)]
      + [.eceDebiased(binCount: bins), .eceSweep, .smoothECE, .kdeECE, .topLabelBrier]
      + BrierTerm.Term.allCases.map { .brierTerm($0, binCount: bins) }
  }
}
