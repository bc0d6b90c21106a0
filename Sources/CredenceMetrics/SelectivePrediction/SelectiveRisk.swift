/// The error rate of the most confident share of the samples.
///
/// At coverage q the first max(1, ⌈qN⌉) samples are accepted; where the cut falls into a group of equal
/// confidence, its errors count in proportion.
///
/// - Note: El-Yaniv & Wiener, JMLR 2010.
public struct SelectiveRisk: Metric {
  /// The share of samples accepted, from 0 to 1.
  public var coverage: Double

  public init(coverage: Double) { self.coverage = coverage }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.sweep(Accumulator(outcomes.totals, coverages: [coverage])).value()
  }

  /// Finds the risk at several coverages in one sweep.
  struct Accumulator: RankingAccumulator {
    /// How many samples each coverage accepts, ascending.
    private let accepted: [Int]
    /// The next of these to be reached, and the first group end that needs a look.
    private var index = 0
    private var next: Int
    /// The risk at each coverage, in ascending order of coverage.
    private(set) var risks: [Double]

    /// - Parameters:
    ///   - totals: Of the samples to come.
    ///   - coverages: Ascending fractions.
    init(_ totals: RankingTotals, coverages: [Double]) {
      accepted = coverages.map { coverage in
        // The slack keeps 0.1 × 30 = 3 from becoming 4 by rounding.
        let count = Int((coverage * Double(totals.count) - 1e-9).rounded(.up))
        return min(max(count, 1), totals.count)
      }
      risks = Array(repeating: 0, count: coverages.count)
      next = accepted.first ?? .max
    }

    @inline(__always)
    mutating func add(_ group: RankingGroup) {
      if group.end >= next { record(group) }
    }

    @inline(never)
    private mutating func record(_ group: RankingGroup) {
      while index < accepted.count, accepted[index] <= group.end {
        // Groups without errors may have been left out between the last group and this one.
        let taken = Double(max(accepted[index] - group.start, 0))
        let errors =
          Double(group.errorsBefore) + taken * Double(group.errors) / Double(group.count)
        risks[index] = errors / Double(accepted[index])
        index += 1
      }
      next = index < accepted.count ? accepted[index] : .max
    }

    /// Ends a sweep that left out groups without errors.
    mutating func finish(_ totals: RankingTotals) {
      add(RankingGroup(start: totals.count, errorsBefore: totals.errorCount, count: 1, errors: 0))
    }

    func value() throws(MetricError) -> Double { risks[0] }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  /// Selective risk at one coverage; the id carries it, as in `risk_at_0.8`.
  public static func selectiveRisk(coverage: Double) -> Self {
    Self(
      id: "risk_at_\(shortest(coverage))", title: "Risk at \(percent(coverage)) coverage",
      definition:
        "error rate of the ⌈\(shortest(coverage)) N⌉ most confident samples; ties in proportion",
      direction: .lowerIsBetter, source: "El-Yaniv & Wiener, JMLR 2010",
      make: { SelectiveRisk(coverage: coverage) })
  }
}
