/// Bins of equal width over [0, 1] with the edges of the published implementations.
///
/// Edges are 32-bit numbers, i × step in the first half and 1 − (B − i) × step in the second, as torch's
/// `linspace` makes them (the latter rounded once). A bin is open on the left and closed on the right; confidence 0 belongs to the first.
public struct EqualWidthBins: Hashable, Sendable {
  /// B + 1 edges from 0 to 1.
  public let edges: [Float]

  /// Makes the bins.
  ///
  /// - Parameter count: B, at least 1.
  public init(count: Int) {
    precondition(count >= 1)
    let step = 1 / Float(count)
    edges = (0...count).map { index in
      // In 64 bits the product is exact, so the difference is rounded once, as by a fused operation.
      index < (count + 1) / 2
        ? Float(index) * step : Float(1 - Double(count - index) * Double(step))
    }
  }

  public var count: Int { edges.count - 1 }

  /// Fills the bins, from low to high confidence.
  ///
  /// - Throws: `MetricError.notProbabilities` where a confidence is more than 1e-6 outside [0, 1].
  public func filled(with outcomes: ScoredOutcomes) throws(MetricError) -> [CalibrationBin] {
    let starts = try firstGroups(of: outcomes)
    var bins = zip(edges, edges.dropFirst()).map {
      CalibrationBin(lower: Double($0), upper: Double($1))
    }
    for bin in bins.indices {
      var (count, errors, sum) = (0, 0, 0.0)
      for group in starts[bin + 1]..<starts[bin] {
        count += Int(outcomes.counts[group])
        errors += Int(outcomes.errorCounts[group])
        sum += Double(outcomes.counts[group]) * min(max(outcomes.thresholds[group], 0), 1)
      }
      bins[bin].count = Double(count)
      bins[bin].correct = Double(count - errors)
      bins[bin].confidenceSum = sum
    }
    return bins
  }

  /// Where each bin begins among groups of falling confidence: bin b holds groups `result[b + 1]..<result[b]`.
  func firstGroups(of outcomes: ScoredOutcomes) throws(MetricError) -> [Int] {
    try outcomes.requireProbabilities()
    let thresholds = outcomes.thresholds
    var starts = [thresholds.count]
    for edge in edges[1..<count] {
      // The first group at or below the edge.
      let edge = Double(edge)
      starts.append(thresholds.partitioningIndex { $0 <= edge })
    }
    return starts + [0]
  }
}

extension ScoredOutcomes {
  /// How far outside [0, 1] a confidence may lie by rounding.
  static let probabilitySlack = 1e-6

  /// Refuses confidences that are scores of another kind.
  ///
  /// - Throws: `MetricError.notProbabilities` with the largest or the smallest confidence.
  public func requireProbabilities() throws(MetricError) {
    for extreme in [thresholds.first, thresholds.last] {
      if let extreme, extreme > 1 + Self.probabilitySlack || extreme < -Self.probabilitySlack {
        throw .notProbabilities(extreme)
      }
    }
  }
}

extension Array {
  /// The first index whose element satisfies a condition that all later elements satisfy too.
  func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongsInSecondPart(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
