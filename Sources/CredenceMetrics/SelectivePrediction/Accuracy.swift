/// The share of correct predictions.
public struct Accuracy: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    Double(outcomes.totals.correctCount) / Double(outcomes.count)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let accuracy = Self(
    id: "accuracy", title: "Accuracy",
    definition: "share of samples whose prediction is right, a fraction",
    direction: .higherIsBetter, source: "standard", make: { Accuracy() })
}
