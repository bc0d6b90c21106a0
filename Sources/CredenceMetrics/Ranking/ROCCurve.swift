/// The receiver operating characteristic of correctness: true against false positive rate at every threshold.
///
/// Positive means correct; equal confidences are accepted together. From (0, 0) to (1, 1).
public struct ROCCurve: Codable, Hashable, Sendable {
  /// A threshold's rates, fractions.
  public struct Point: Codable, Hashable, Sendable {
    public var falsePositiveRate: Double
    public var truePositiveRate: Double

    public init(falsePositiveRate: Double, truePositiveRate: Double) {
      self.falsePositiveRate = falsePositiveRate
      self.truePositiveRate = truePositiveRate
    }
  }

  /// From high to low thresholds.
  public let points: [Point]

  /// The curve of a score list.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - pointLimit: The most points to keep, at least 2; the first and the last always stay.
  /// - Throws: `MetricError` without errors or without correct predictions.
  public init(_ outcomes: ScoredOutcomes, pointLimit: Int = .max) throws(MetricError) {
    let totals = outcomes.totals
    try totals.requireBothKinds()
    // Positions along the curve: positives weigh as much as negatives, whatever their numbers.
    let length = 2 * totals.correctCount * totals.errorCount
    var thinning = CurveThinning(length: length, limit: pointLimit)
    _ = thinning.keeps(0)
    var points = [Point(falsePositiveRate: 0, truePositiveRate: 0)]
    var (correct, errors) = (0, 0)
    for group in outcomes.counts.indices {
      errors += Int(outcomes.errorCounts[group])
      correct += Int(outcomes.counts[group] - outcomes.errorCounts[group])
      let position = correct * totals.errorCount + errors * totals.correctCount
      guard thinning.keeps(position) else { continue }
      points.append(
        Point(
          falsePositiveRate: Double(errors) / Double(totals.errorCount),
          truePositiveRate: Double(correct) / Double(totals.correctCount)))
    }
    self.points = points
  }
}
