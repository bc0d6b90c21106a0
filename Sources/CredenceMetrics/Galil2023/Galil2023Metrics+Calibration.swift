extension Galil2023Metrics {
  /// The published calibration errors.
  public struct CalibrationErrors: Hashable, Sendable {
    /// 0 where no confidence falls in a bin.
    public var expected: Float
    /// −1 where no confidence falls in a bin.
    public var maximum: Float
  }

  /// ECE and MCE with bins of equal width, (lower, upper].
  ///
  /// Confidences of exactly 0, below 0 or above 1 fall in no bin, but count in N.
  ///
  /// - Parameter binCount: 15 in the program.
  /// - Returns: Both errors.
  public func calibrationErrors(binCount: Int = 15) -> CalibrationErrors {
    calibrationErrors(edges: EqualWidthBins(count: binCount).edges)
  }

  /// ECE and MCE with the published adaptive bins.
  ///
  /// - Parameter binCount: 10 by default there.
  /// - Returns: Both errors.
  /// - Throws: `MetricError.tooFewSamples` as `adaptiveEdges`.
  public func adaptiveCalibrationErrors(binCount: Int = 10) throws(MetricError) -> CalibrationErrors
  {
    calibrationErrors(edges: try adaptiveEdges(binCount: binCount))
  }

  /// The edges of the published adaptive bins: every ⌊N/(B − 1)⌋-th confidence from the lowest on, the first replaced by 0 and the last by the largest confidence.
  ///
  /// These are one or two bins too few for many samples, and too many for few.
  ///
  /// - Parameter binCount: B, at least 2.
  /// - Returns: ⌈N / step⌉ edges.
  /// - Throws: `MetricError.tooFewSamples` for N < B − 1, where the original fails too.
  public func adaptiveEdges(binCount: Int = 10) throws(MetricError) -> [Float] {
    precondition(binCount >= 2)
    let count = confidences.count
    let step = count / (binCount - 1)
    guard step > 0 else { throw .tooFewSamples(needed: binCount - 1, found: count) }
    var edges = stride(from: 0, to: count, by: step).map { confidences[count - 1 - $0] }
    edges[0] = 0
    edges[edges.count - 1] = confidences[0]
    return edges
  }

  private func calibrationErrors(edges: [Float]) -> CalibrationErrors {
    var errors = CalibrationErrors(expected: 0, maximum: -1)
    for (lower, upper) in zip(edges, edges.dropFirst()) where lower < upper {
      // Falling confidences: those in (lower, upper] are neighbors.
      let first = confidences.partitioningIndex { $0 <= upper }
      let last = confidences.partitioningIndex { $0 <= lower }
      if first == last { continue }
      let size = Double(last - first)
      let correct = isCorrect[first..<last].count { $0 }
      let sum = confidences[first..<last].reduce(0) { $0 + Double($1) }
      let gap = abs(Float(sum / size) - Float(Double(correct) / size))
      errors.expected += gap * (Float(last - first) / Float(confidences.count))
      errors.maximum = max(errors.maximum, gap)
    }
    return errors
  }
}
