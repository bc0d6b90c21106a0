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

  /// Sorts and groups samples whose confidences are 32-bit numbers.
  ///
  /// - Parameters:
  ///   - confidences: *N* numbers in any unit; higher is surer. −0 equals 0.
  ///   - isCorrect: Whether each prediction was right, *N* entries.
  /// - Throws: `MetricError.noSamples`, or `notFinite` with the first such row.
  /// - Complexity: O(*N*): a radix sort on all cores.
  public init(confidences: [Float], isCorrect: [Bool]) throws(MetricError) {
    // The closures carry the error out, since buffers do not forward typed ones.
    self = try confidences.withUnsafeBufferPointer { confidences in
      isCorrect.withUnsafeBufferPointer { isCorrect in
        Result { () throws(MetricError) in try Self(confidences: confidences, isCorrect: isCorrect)
        }
      }
    }.get()
  }

  /// Sorts and groups samples whose confidences are 64-bit numbers.
  ///
  /// - Parameters:
  ///   - confidences: *N* numbers in any unit; higher is surer. −0 equals 0.
  ///   - isCorrect: Whether each prediction was right, *N* entries.
  /// - Throws: `MetricError.noSamples`, or `notFinite` with the first such row.
  /// - Complexity: O(*N*): a radix sort on all cores.
  public init(confidences: [Double], isCorrect: [Bool]) throws(MetricError) {
    self = try confidences.withUnsafeBufferPointer { confidences in
      isCorrect.withUnsafeBufferPointer { isCorrect in
        Result { () throws(MetricError) in try Self(confidences: confidences, isCorrect: isCorrect)
        }
      }
    }.get()
  }

  /// Sorts and groups samples held in memory of the caller.
  public init(confidences: UnsafeBufferPointer<Float>, isCorrect: UnsafeBufferPointer<Bool>)
    throws(MetricError)
  {
    try self.init(sorting: confidences, isCorrect)
  }

  /// Sorts and groups samples held in memory of the caller.
  public init(confidences: UnsafeBufferPointer<Double>, isCorrect: UnsafeBufferPointer<Bool>)
    throws(MetricError)
  {
    try self.init(sorting: confidences, isCorrect)
  }

  private init<Scalar: SortableConfidence>(
    sorting confidences: UnsafeBufferPointer<Scalar>, _ isCorrect: UnsafeBufferPointer<Bool>
  ) throws(MetricError) {
    precondition(confidences.count == isCorrect.count)
    guard !confidences.isEmpty else { throw .noSamples }
    guard confidences.count <= Int(Int32.max) else {
      throw .unavailable("there are more than \(Int32.max) samples; score them in parts")
    }
    let groups = try ConfidenceSort(confidences, isCorrect).groups()
    thresholds = groups.thresholds
    counts = groups.counts
    errorCounts = groups.errorCounts
    count = confidences.count
    errorCount = errorCounts.reduce(0) { $0 + Int($1) }
  }

  /// Takes groups that are already in order.
  ///
  /// - Parameters:
  ///   - thresholds: Strictly falling confidences.
  ///   - counts: Samples in each group, at least 1.
  ///   - errorCounts: Wrong predictions in each group.
  package init(thresholds: [Double], counts: [Int32], errorCounts: [Int32]) {
    precondition(thresholds.count == counts.count && counts.count == errorCounts.count)
    self.thresholds = thresholds
    self.counts = counts
    self.errorCounts = errorCounts
    count = counts.reduce(0) { $0 + Int($1) }
    errorCount = errorCounts.reduce(0) { $0 + Int($1) }
  }
}
