/// The area under the ROC curve of correctness: how often a correct prediction is surer than a wrong one.
///
/// Positive means correct. A pair of equal confidence counts one half. Pairs are counted in integers, so
/// the value is the exact quotient; no score passes through a sigmoid.
///
/// From 0 to 1; 1 is perfect, ½ random. Undefined without errors or without correct predictions.
///
/// - Note: Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136.
public struct AUROC: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.sweep(Accumulator(outcomes.totals)).value()
  }

  struct Accumulator: MergeableAccumulator {
    let totals: RankingTotals
    /// Twice the pairs ordered rightly, ties as one each.
    private(set) var doubledPairs = 0

    init(_ totals: RankingTotals) { self.totals = totals }

    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      doubledPairs &+= group.errors &* (2 &* group.correctBefore &+ group.correct)
    }

    mutating func merge(_ later: Self) { doubledPairs &+= later.doubledPairs }

    func value() throws(MetricError) -> Double {
      try totals.requireBothKinds()
      return Double(doubledPairs) / (2 * Double(totals.correctCount) * Double(totals.errorCount))
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let auroc = Self(
    id: "auroc", title: "AUROC",
    definition: "positive: correct; equal confidences count one half",
    direction: .higherIsBetter, source: "Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136",
    make: { AUROC() })
}
