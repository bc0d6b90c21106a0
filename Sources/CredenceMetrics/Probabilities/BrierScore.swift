/// Brier score: the mean squared distance of the probabilities from the truth, summed over classes, from 0 to 2.
public struct BrierScore: Metric {
  public init() {}

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    input.brier.reduce(0, +) / Double(input.brier.count)
  }
}

extension MetricDescriptor<ProbabilisticOutcomes> {
  public static let brier = Self(
    id: "brier", title: "Brier score",
    definition: "mean over samples of the sum over classes of (p − truth)², 0 to 2",
    direction: .lowerIsBetter, source: "Brier 1950", make: { BrierScore() })
}
