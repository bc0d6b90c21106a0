/// The area under the risk–coverage curve by the trapezoid rule, from an added point (0, 0).
///
/// Smaller than `AURC`, the mean, by half the overall risk divided by *N*.
///
/// - Note: The integration of Cattelan & Silva, UAI 2024, arXiv:2305.15508.
public struct AURCTrapezoid: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    AURC.sum(outcomes).area - outcomes.totals.risk / (2 * Double(outcomes.count))
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let aurcTrapezoid = Self(
    id: "aurc_trapezoid", title: "AURC (trapezoid)",
    definition:
      "trapezoid rule on the risk–coverage curve with an added point (0, 0); ties as in aurc",
    direction: .lowerIsBetter, source: "Cattelan & Silva, UAI 2024, arXiv:2305.15508",
    cost: .onRequest, make: { AURCTrapezoid() })
}
