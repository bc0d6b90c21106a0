/// The ECE with as many equal-mass bins as their accuracies stay monotone (ECE-sweep).
///
/// The number of bins grows from 1 until, for the first time, a bin is less accurate than the one below; the last number
/// before that counts. A tie group that a cut runs through is shared evenly.
///
/// - Note: Roelofs et al., AISTATS 2022, arXiv:2012.08668.
public struct ECESweep: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.requireProbabilities()
    return try ECE(binCount: Self.binCount(for: outcomes), binning: .equalMass).value(for: outcomes)
  }

  /// The number of bins that the sweep ends with.
  static func binCount(for outcomes: ScoredOutcomes) -> Int {
    let cumulative = CumulativeCorrect(outcomes)
    // Where single samples are in order, so are all bins of them.
    if cumulative.isMonotone(binCount: outcomes.count) { return outcomes.count }
    var binCount = 1
    while cumulative.isMonotone(binCount: binCount + 1) { binCount += 1 }
    return binCount
  }
}

/// How many of the least confident samples are correct, ties shared evenly.
private struct CumulativeCorrect {
  /// Samples, and correct ones among them, up to the end of each group in rising order.
  private let ends: [Int]
  private let correct: [Double]
  private let count: Int

  init(_ outcomes: ScoredOutcomes) {
    var (end, sum) = (0, 0.0)
    var ends = [0]
    var correct = [0.0]
    for group in outcomes.counts.indices.reversed() {
      end += Int(outcomes.counts[group])
      sum += Double(outcomes.counts[group] - outcomes.errorCounts[group])
      ends.append(end)
      correct.append(sum)
    }
    self.ends = ends
    self.correct = correct
    count = end
  }

  /// Whether no bin is less accurate than the one below it.
  func isMonotone(binCount: Int) -> Bool {
    var (group, before, beforeCorrect, last) = (1, 0, 0.0, 0.0)
    for index in 1...binCount {
      let cut = index * count / binCount
      if cut == before { continue }
      while ends[group] < cut { group += 1 }
      let share = Double(cut - ends[group - 1]) / Double(ends[group] - ends[group - 1])
      let here = correct[group - 1] + share * (correct[group] - correct[group - 1])
      let accuracy = (here - beforeCorrect) / Double(cut - before)
      // Shares of one tie group are equal up to rounding.
      if accuracy < last - 1e-12 { return false }
      (before, beforeCorrect, last) = (cut, here, accuracy)
    }
    return true
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let eceSweep = Self(
    id: "ece_sweep", title: "ECE (sweep)",
    definition: "equal-mass bins, as many as keep bin accuracies monotone from 1 bin on; top label",
    direction: .lowerIsBetter, source: "Roelofs et al., AISTATS 2022, arXiv:2012.08668",
    cost: .costlyInterval, make: { ECESweep() })
}
