extension MetricDescriptor<ProbabilisticOutcomes> {
  /// Every metric of class probabilities, in the order of reports.
  public static func all(_ settings: MetricSettings = MetricSettings()) -> [Self] {
    [
      .topFiveAccuracy, .nll, .brier, .classwiseECE(settings), .thresholdedClasswiseECE(settings),
      .equalMassClasswiseECE(settings),
    ]
      + AdaptiveCalibrationError.thresholds.map { .adaptive(threshold: $0, settings) }
  }
}
