/// How sure a classifier was of each decision, and whether it was right; what every ranking and top-label metric is computed from.
///
/// Samples of equal confidence form one group, so nothing computed from this value can depend on the order of the file. Groups
/// stand in order of falling confidence.
public struct ScoredOutcomes: Sendable {
  /// The confidence of each group, strictly falling.
  public let thresholds: [Double]
  /// Samples in each group.
  public let counts: [Int32]
  /// Wrong predictions in each group.
  public let errorCounts: [Int32]
  /// All samples, N.
  public let count: Int
  /// All wrong predictions, E.
  public let errorCount: Int

  /// Sorts and groups samples.
  ///
  /// - Parameters:
  ///   - confidences: *N* numbers in any unit; higher is surer. −0 equals 0.
  ///   - isCorrect: Whether each prediction was right, *N* entries.
  /// - Throws: `MetricError.noSamples`, or `notFinite` with the row.
  public init<Scalar: BinaryFloatingPoint>(confidences: [Scalar], isCorrect: [Bool])
    throws(MetricError)
  {
    precondition(confidences.count == isCorrect.count)
    guard !confidences.isEmpty else { throw .noSamples }
    if let row = confidences.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
    var thresholds: [Double] = []
    var counts: [Int32] = []
    var errorCounts: [Int32] = []
    for index in order {
      let confidence = Double(confidences[index])
      if confidence != thresholds.last {
        thresholds.append(confidence)
        counts.append(0)
        errorCounts.append(0)
      }
      counts[counts.count - 1] += 1
      if !isCorrect[index] { errorCounts[errorCounts.count - 1] += 1 }
    }
    self.thresholds = thresholds
    self.counts = counts
    self.errorCounts = errorCounts
    count = confidences.count
    errorCount = errorCounts.reduce(0) { $0 + Int($1) }
  }
}
