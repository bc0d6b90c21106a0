/// Top-5 accuracy: how often the true class is among the five most probable.
public struct TopFiveAccuracy: Metric {
  public init() {}

  public func value(for input: ProbabilisticOutcomes) throws(MetricError) -> Double {
    guard input.classwise.classCount >= 5 else {
      throw .unavailable("there are only \(input.classwise.classCount) classes")
    }
    return Double(input.isInTopFive.count { $0 }) / Double(input.isInTopFive.count)
  }
}

extension MetricDescriptor<ProbabilisticOutcomes> {
  public static let topFiveAccuracy = Self(
    id: "top5_accuracy", title: "Top-5 accuracy",
    definition: "fewer than five classes before the true one; equal scores stand in class order",
    direction: .higherIsBetter, source: "Russakovsky et al., arXiv:1409.0575",
    make: { TopFiveAccuracy() })
}
