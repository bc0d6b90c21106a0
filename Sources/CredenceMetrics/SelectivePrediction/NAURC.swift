/// The normalized AURC: 0 for the best possible order, 1 for a random one.
///
/// - Note: Cattelan & Silva, UAI 2024, arXiv:2305.15508. Undefined without errors or without correct predictions.
public struct NAURC: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try Self.value(aurc: AURC.sum(outcomes).area, totals: outcomes.totals)
  }

  static func value(aurc: Double, totals: RankingTotals) throws(MetricError) -> Double {
    try totals.requireBothKinds()
    let optimum = AURC.optimum(totals)
    return (aurc - optimum) / (totals.risk - optimum)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let naurc = Self(
    id: "naurc", title: "NAURC",
    definition: "(aurc − best) / (r − best), r the overall risk; 0 perfect, 1 random",
    direction: .lowerIsBetter, source: "Cattelan & Silva, UAI 2024, arXiv:2305.15508",
    make: { NAURC() })
}
