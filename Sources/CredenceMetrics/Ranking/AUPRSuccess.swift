/// Average precision of finding correct predictions by their confidence.
///
/// The step-wise sum over distinct thresholds, recall gained × precision there; never the trapezoid, which
/// is optimistic. A constant confidence gets the accuracy.
///
/// - Note: Positive: correct. Undefined without correct predictions. Hendrycks & Gimpel, ICLR 2017.
public struct AUPRSuccess: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.sweep(Accumulator(outcomes.totals)).value()
  }

  struct Accumulator: MergeableAccumulator {
    var totals: RankingTotals
    private var sum = 0.0

    init(_ totals: RankingTotals) { self.totals = totals }

    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      let precision =
        Double(group.end &- group.errorsAtEnd) / Double(max(group.end, 1))
      sum += Double(group.correct) * precision
    }

    mutating func merge(_ later: Self) { sum += later.sum }

    func value() throws(MetricError) -> Double {
      if totals.correctCount == 0 { throw .noCorrectPredictions }
      return sum / Double(totals.correctCount)
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let auprSuccess = Self(
    id: "aupr_success", title: "AUPR-success",
    definition:
      "average precision; positive: correct, ranked by falling confidence; ties are one step",
    direction: .higherIsBetter, source: "Hendrycks & Gimpel, ICLR 2017, arXiv:1610.02136",
    make: { AUPRSuccess() })
}
