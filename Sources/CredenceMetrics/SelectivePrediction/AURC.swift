/// The area under the risk–coverage curve: the error rate of the accepted, averaged over every coverage.
///
/// Predictions are accepted from the most to the least confident, and the mean is taken over the *N* coverages
/// 1/*N* … 1. Inside a group of equal confidence every order is equally likely: the value is the expectation
/// over these orders, so the order of the file does not matter. From 0 (no errors) to 1 (only errors).
///
/// - Note: Geifman, Uziel & El-Yaniv, ICLR 2019, arXiv:1805.08206. Others integrate by the trapezoid rule: `AURCTrapezoid`.
public struct AURC: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    Self.sum(outcomes).area
  }

  static func sum(_ outcomes: ScoredOutcomes) -> Accumulator<DirectHarmonics> {
    outcomes.sweep(Accumulator(outcomes.totals, harmonics: DirectHarmonics()))
  }

  struct Accumulator<Harmonics: HarmonicDifferences>: MergeableAccumulator {
    let totals: RankingTotals
    private let harmonics: Harmonics
    private var sum = 0.0

    init(_ totals: RankingTotals, harmonics: Harmonics) {
      self.totals = totals
      self.harmonics = harmonics
    }

    /// Adds the sum over j = 1 … m of (E + j e/m) / (s + j), in closed form.
    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      if group.count == 1 {
        sum += Double(group.errorsAtEnd) / Double(group.end)
        return
      }
      let errors = Double(group.errors)
      let share = group.errors == group.count ? 1 : errors / Double(group.count)
      let rest = Double(group.errorsBefore) - Double(group.start) * share
      sum += errors + rest * harmonics.difference(from: group.start, count: group.count)
    }

    /// Adds what a group's errors contribute to all risks from there on; groups without errors then contribute nothing.
    ///
    /// The same total with its terms ordered by error: e/m (m − s ΔH) inside the group, and e/k at each later k.
    @inline(__always)
    mutating func addErrors(_ group: RankingGroup) {
      let errors = Double(group.errors)
      let share = group.errors == group.count ? 1 : errors / Double(group.count)
      let inside = harmonics.difference(from: group.start, count: group.count)
      let after = harmonics.difference(from: group.end, count: totals.count &- group.end)
      sum += share * (Double(group.count) - Double(group.start) * inside) + errors * after
    }

    mutating func merge(_ later: Self) { sum += later.sum }

    var area: Double { sum / Double(totals.count) }

    func value() throws(MetricError) -> Double { area }
  }

  /// The smallest possible value for these totals: all errors last.
  static func optimum(_ totals: RankingTotals) -> Double {
    let correct = totals.correctCount
    let difference = DirectHarmonics().difference(from: correct, count: totals.errorCount)
    return (Double(totals.errorCount) - Double(correct) * difference) / Double(totals.count)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let aurc = Self(
    id: "aurc", title: "AURC",
    definition:
      "mean over all coverages of the risk of the accepted; expectation over orders of ties; × 1",
    direction: .lowerIsBetter, source: "Geifman, Uziel & El-Yaniv, ICLR 2019, arXiv:1805.08206",
    make: { AURC() })
}
