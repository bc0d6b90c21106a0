/// How many right and wrong predictions there are at each confidence.
public struct ConfidenceHistogram: Codable, Hashable, Sendable {
  /// A bar of the histogram, (lower, upper]; the first one holds its lower edge too.
  public struct Bin: Codable, Hashable, Sendable {
    public var lower: Double
    public var upper: Double
    public var correct: Int
    public var wrong: Int

    public init(lower: Double, upper: Double, correct: Int, wrong: Int) {
      self.lower = lower
      self.upper = upper
      self.correct = correct
      self.wrong = wrong
    }
  }

  /// From low to high confidence; empty bins included.
  public let bins: [Bin]

  /// The histogram of a score list, over [0, 1] for probabilities and from the lowest to the highest score otherwise.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - binCount: At least 1; equal scores that are no probabilities make a single bin.
  public init(_ outcomes: ScoredOutcomes, binCount: Int = 50) {
    precondition(binCount >= 1)
    let thresholds = outcomes.thresholds
    var (low, high) = (thresholds.last ?? 0, thresholds.first ?? 0)
    let isProbability = (try? outcomes.requireProbabilities()) != nil
    if isProbability { (low, high) = (0, 1) }
    let count = low < high ? binCount : 1
    var bins = (0..<count).map { index in
      Bin(
        lower: Self.edge(index, of: count, low, high),
        upper: Self.edge(index + 1, of: count, low, high), correct: 0, wrong: 0)
    }
    var bin = count - 1
    for group in thresholds.indices {
      while bin > 0, thresholds[group] <= bins[bin].lower { bin -= 1 }
      bins[bin].correct += Int(outcomes.counts[group] - outcomes.errorCounts[group])
      bins[bin].wrong += Int(outcomes.errorCounts[group])
    }
    self.bins = bins
  }

  /// An edge between two ends whose distance may exceed the largest number.
  private static func edge(_ index: Int, of count: Int, _ low: Double, _ high: Double) -> Double {
    if index == 0 { return low }
    if index == count { return high }
    let share = Double(index) / Double(count)
    return low * (1 - share) + high * share
  }
}
