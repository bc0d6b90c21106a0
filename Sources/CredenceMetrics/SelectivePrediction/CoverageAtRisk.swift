/// The largest coverage at which the accepted predictions' error rate stays within a bound.
///
/// Over the thresholds that can be realized, ties accepted together; 0 where there is none. The same as
/// `SAC` at accuracy 1 − risk.
public struct CoverageAtRisk: Metric {
  /// The error rate allowed among the accepted, from 0 to 1.
  public var risk: Double

  public init(risk: Double) { self.risk = risk }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try SAC(accuracy: 1 - risk).value(for: outcomes)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  /// Coverage at one risk; the id carries it, as in `coverage_at_risk_0.05`.
  public static func coverageAtRisk(_ risk: Double) -> Self {
    Self(
      id: "coverage_at_risk_\(shortest(risk))", title: "Coverage at \(percent(risk)) risk",
      definition: "largest coverage with error rate ≤ \(shortest(risk)); ties accepted together",
      direction: .higherIsBetter, source: "Geifman & El-Yaniv, NeurIPS 2017, arXiv:1705.08500",
      make: { CoverageAtRisk(risk: risk) })
  }
}
