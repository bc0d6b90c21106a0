/// The distribution of confidences in four numbers.
public struct ConfidenceStatistics: Codable, Hashable, Sendable {
  public var mean: Double
  /// The midpoint of the two in the middle for an even number of samples.
  public var median: Double
  /// Unbiased, divided by N − 1.
  public var variance: Double?
  /// The Gini index, 0 for equal confidences, towards 1 for few large ones among small ones.
  ///
  /// Σ (2i − N − 1) xᵢ / (N Σ xᵢ) over ascending xᵢ, the confidences raised by 10⁻⁷ and, where some are negative, by the
  /// smallest one first.
  public var gini: Double

  /// The statistics of a score list.
  ///
  /// - Parameter outcomes: The samples; with a single one the variance is `nil`.
  public init(_ outcomes: ScoredOutcomes) {
    let count = Double(outcomes.count)
    let smallest = min(outcomes.thresholds.last ?? 0, 0)
    var (sum, squares, raisedSum, weighted) = (0.0, 0.0, 0.0, 0.0)
    for (threshold, size) in zip(outcomes.thresholds, outcomes.counts) {
      sum += Double(size) * threshold
    }
    let mean = sum / count
    var above = 0.0
    for (threshold, size) in zip(outcomes.thresholds, outcomes.counts) {
      let size = Double(size)
      squares += size * (threshold - mean) * (threshold - mean)
      let raised = threshold - smallest + 1e-7
      raisedSum += size * raised
      // The mean of 2i − N − 1 over the group's places, counted from below.
      weighted += size * raised * (count - 2 * above - size)
      above += size
    }
    self.mean = mean
    median = Self.median(outcomes)
    variance = outcomes.count > 1 ? squares / (count - 1) : nil
    gini = weighted / (count * raisedSum)
  }

  private static func median(_ outcomes: ScoredOutcomes) -> Double {
    let lower = outcomes.confidence(at: outcomes.count / 2)
    let upper = outcomes.confidence(at: (outcomes.count - 1) / 2)
    return lower == upper ? lower : lower / 2 + upper / 2
  }
}

extension ScoredOutcomes {
  /// The confidence of the sample at a place in the falling order, from 0.
  func confidence(at place: Int) -> Double {
    var end = 0
    for (threshold, size) in zip(thresholds, counts) {
      end += Int(size)
      if place < end { return threshold }
    }
    preconditionFailure("place \(place) of \(count) samples")
  }
}
