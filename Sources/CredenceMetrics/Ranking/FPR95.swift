/// The share of errors that are accepted where 95 % of the correct predictions are: FPR at 95 % TPR.
///
/// The rule: the first threshold, from high to low confidence, whose true positive rate reaches 0.95 on the
/// full curve in which equal confidences are accepted together. Nothing is interpolated.
///
/// - Note: Positive: correct. Undefined without errors or without correct predictions. Liang, Li & Srikant, ICLR 2018.
public struct FPR95: Metric {
  /// The true positive rate to reach, from 0 to 1.
  public var truePositiveRate: Double

  public init(truePositiveRate: Double = 0.95) { self.truePositiveRate = truePositiveRate }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.sweep(Accumulator(outcomes.totals, truePositiveRate: truePositiveRate)).value()
  }

  struct Accumulator: MergeableAccumulator {
    let totals: RankingTotals
    /// The fewest correct predictions that reach the rate.
    private let needed: Int
    private var acceptedErrors = 0

    init(_ totals: RankingTotals, truePositiveRate: Double = 0.95) {
      self.totals = totals
      // The slack keeps 0.95 × 20 = 19 from becoming 20 by rounding.
      needed = Int((truePositiveRate * Double(totals.correctCount) - 1e-9).rounded(.up))
    }

    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      acceptedErrors &+= group.correctBefore < needed ? group.errors : 0
    }

    mutating func merge(_ later: Self) { acceptedErrors &+= later.acceptedErrors }

    func value() throws(MetricError) -> Double {
      try totals.requireBothKinds()
      return Double(acceptedErrors) / Double(totals.errorCount)
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let fpr95 = Self(
    id: "fpr95", title: "FPR@95 % TPR",
    definition:
      "positive: correct; the first threshold with TPR ≥ 0.95, ties accepted together, no interpolation",
    direction: .lowerIsBetter, source: "Liang, Li & Srikant, ICLR 2018, arXiv:1706.02690",
    make: { FPR95() })
}
