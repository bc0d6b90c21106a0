/// What a bin of a reliability diagram holds.
public struct CalibrationBin: Codable, Hashable, Sendable {
  /// The bin's edges; it is open on the left and closed on the right.
  public var lower: Double
  public var upper: Double
  /// Samples in the bin; a fraction of a sample where equal confidences were shared between bins.
  public var count: Double
  /// Correct predictions among them.
  public var correct: Double
  /// The sum of their confidences.
  public var confidenceSum: Double

  public init(
    lower: Double, upper: Double, count: Double = 0, correct: Double = 0, confidenceSum: Double = 0
  ) {
    self.lower = lower
    self.upper = upper
    self.count = count
    self.correct = correct
    self.confidenceSum = confidenceSum
  }

  /// The share of correct predictions; NaN in an empty bin.
  public var accuracy: Double { correct / count }
  /// NaN in an empty bin.
  public var meanConfidence: Double { confidenceSum / count }
  /// |mean confidence − accuracy|, 0 in an empty bin.
  public var gap: Double { count == 0 ? 0 : abs(confidenceSum - correct) / count }
}
