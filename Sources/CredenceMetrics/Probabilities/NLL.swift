/// Negative log-likelihood: the mean of −log p of the true class, in nats.
public struct NLL: Metric {
  public init() {}

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    input.nll.reduce(0, +) / Double(input.nll.count)
  }
}

extension MetricDescriptor<ProbabilisticOutcomes> {
  public static let nll = Self(
    id: "nll", title: "Negative log-likelihood (nats)",
    definition: "mean of −ln p(true class); p is at least the smallest normal float32",
    direction: .lowerIsBetter, source: "Good 1952", make: { NLL() })
}
