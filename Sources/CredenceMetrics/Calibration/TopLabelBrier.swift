/// The Brier score of the top label: the mean squared distance of confidence and correctness.
///
/// From 0 to 1; confidences must be probabilities.
///
/// - Note: Brier, Monthly Weather Review 78, 1950, for the event “the prediction is right”.
public struct TopLabelBrier: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.requireProbabilities()
    var sum = 0.0
    for group in outcomes.counts.indices {
      let confidence = min(max(outcomes.thresholds[group], 0), 1)
      let errors = Double(outcomes.errorCounts[group])
      let correct = Double(outcomes.counts[group]) - errors
      sum += correct * (1 - confidence) * (1 - confidence) + errors * confidence * confidence
    }
    return sum / Double(outcomes.count)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let topLabelBrier = Self(
    id: "top_label_brier", title: "Top-label Brier",
    definition: "mean (confidence − [correct])²; 0 … 1",
    direction: .lowerIsBetter, source: "Brier, Monthly Weather Review 78, 1950",
    make: { TopLabelBrier() })
}
