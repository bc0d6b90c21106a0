/// Bins that hold equally many samples, cut at ⌊jN/B⌋ of the ascending order, j = 0 … B.
///
/// A group of equal confidences that a cut runs through is shared between the bins: each gets its part of the
/// group's correct predictions, the expectation over all orders of the group. `init(count:)` then `filled(with:)` is
/// therefore independent of the order of the file; `filled(confidences:isCorrect:)` cuts in file order instead, as others do.
public struct EqualMassBins: Hashable, Sendable {
  public let count: Int

  /// Makes the bins.
  ///
  /// - Parameter count: B, at least 1. With fewer samples some bins stay empty.
  public init(count: Int) {
    precondition(count >= 1)
    self.count = count
  }

  /// Fills the bins, from low to high confidence.
  ///
  /// - Throws: `MetricError.notProbabilities` where a confidence is more than 1e-6 outside [0, 1].
  public func filled(with outcomes: ScoredOutcomes) throws(MetricError) -> [CalibrationBin] {
    try outcomes.requireProbabilities()
    let total = outcomes.count
    var bins: [CalibrationBin] = []
    bins.reserveCapacity(count)
    var group = outcomes.counts.count - 1
    var remaining = Int(outcomes.counts[group])
    var lower = 0.0
    for index in 1...count {
      // Multiplying first could overflow for billions of bins, not for any that make sense.
      var wanted = index * total / count - (index - 1) * total / count
      var bin = CalibrationBin(lower: lower, upper: lower)
      while wanted > 0 {
        if remaining == 0 {
          group -= 1
          remaining = Int(outcomes.counts[group])
        }
        let taken = min(wanted, remaining)
        let size = Double(outcomes.counts[group])
        let correct = size - Double(outcomes.errorCounts[group])
        let confidence = min(max(outcomes.thresholds[group], 0), 1)
        bin.count += Double(taken)
        bin.correct += taken == Int(size) ? correct : Double(taken) * correct / size
        bin.confidenceSum += Double(taken) * confidence
        bin.upper = confidence
        wanted -= taken
        remaining -= taken
      }
      lower = bin.upper
      bins.append(bin)
    }
    return bins
  }

  /// Fills the bins by the ascending order in which equal confidences keep the order of the file.
  ///
  /// - Throws: `MetricError.noSamples`, `notFinite` or `notProbabilities`.
  public func filled(confidences: [Double], isCorrect: [Bool]) throws(MetricError)
    -> [CalibrationBin]
  {
    precondition(confidences.count == isCorrect.count)
    guard !confidences.isEmpty else { throw .noSamples }
    if let row = confidences.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    let slack = ScoredOutcomes.probabilitySlack
    if let outside = confidences.first(where: { $0 < -slack || $0 > 1 + slack }) {
      throw .notProbabilities(outside)
    }
    let order = confidences.indices.sorted { (confidences[$0], $0) < (confidences[$1], $1) }
    var lower = 0.0
    return (1...count).map { index in
      var bin = CalibrationBin(lower: lower, upper: lower)
      for place in (index - 1) * order.count / count..<index * order.count / count {
        let confidence = min(max(confidences[order[place]], 0), 1)
        bin.count += 1
        bin.correct += isCorrect[order[place]] ? 1 : 0
        bin.confidenceSum += confidence
        bin.upper = confidence
      }
      lower = bin.upper
      return bin
    }
  }
}
