/// The area under the generalized risk–coverage curve: the chance of a prediction that is accepted and wrong, averaged over coverages.
///
/// The trapezoid area over the distinct thresholds, from (0, 0); half a tie group's errors count where it is
/// crossed. It equals (1 − AUROC) r (1 − r) + r²/2 for risk r, and is computed from the integer pair count of `AUROC`.
///
/// - Note: Traub et al., NeurIPS 2024, arXiv:2407.01032.
public struct AUGRC: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    let pairs = outcomes.sweep(AUROC.Accumulator(outcomes.totals)).doubledPairs
    return Self.value(doubledPairs: pairs, totals: outcomes.totals)
  }

  static func value(doubledPairs: Int, totals: RankingTotals) -> Double {
    let errors = totals.errorCount
    let area = 2 * totals.correctCount * errors - doubledPairs + errors * errors
    return Double(area) / (2 * Double(totals.count) * Double(totals.count))
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let augrc = Self(
    id: "augrc", title: "AUGRC",
    definition:
      "trapezoid area of (coverage, accepted errors / N) over distinct thresholds from (0, 0); × 1",
    direction: .lowerIsBetter, source: "Traub et al., NeurIPS 2024, arXiv:2407.01032",
    make: { AUGRC() })

  /// The part of AUGRC that a better order could remove.
  public static let excessAUGRC = Self(
    id: "e_augrc", title: "Excess AUGRC", definition: "augrc − r²/2, r the overall risk",
    direction: .lowerIsBetter, source: "Traub et al., NeurIPS 2024, arXiv:2407.01032",
    cost: .onRequest, make: { ExcessAUGRC() })
}

/// AUGRC less its smallest possible value, r²/2 for risk r.
public struct ExcessAUGRC: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    let risk = outcomes.totals.risk
    return try AUGRC().value(for: outcomes) - risk * risk / 2
  }
}
