/// Average precision of finding errors by their lack of confidence.
///
/// The step-wise sum over distinct thresholds from the least confident sample on, recall gained × precision
/// there. A constant confidence gets the error rate.
///
/// - Note: Positive: wrong. Undefined without errors. Hendrycks & Gimpel, ICLR 2017.
public struct AUPRError: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.sweep(Accumulator(outcomes.totals)).value()
  }

  struct Accumulator: MergeableAccumulator {
    let totals: RankingTotals
    private var sum = 0.0

    init(_ totals: RankingTotals) { self.totals = totals }

    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      if group.errors == 0 { return }
      // At this threshold everything from the group's start to the end is called an error.
      let found = Double(totals.errorCount &- group.errorsBefore)
      sum += Double(group.errors) * found / Double(totals.count &- group.start)
    }

    mutating func merge(_ later: Self) { sum += later.sum }

    func value() throws(MetricError) -> Double {
      if totals.errorCount == 0 { throw .noErrors }
      return sum / Double(totals.errorCount)
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let auprError = Self(
    id: "aupr_error", title: "AUPR-error",
    definition:
      "average precision; positive: wrong, ranked by rising confidence; ties are one step",
    direction: .higherIsBetter, source: "Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136",
    make: { AUPRError() })
}
