/// The calibration error of the published code for Deep Deterministic Uncertainty: bins in a dictionary, which refuses what lies outside.
///
/// A confidence c falls in bin ⌈B·c − 1⌉, so one of exactly 0, or above 1 by rounding as the means of ensembles can be, is an error there.
/// `ECE` puts both in the nearest bin.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582, `metrics/calibration_metrics.py`.
public struct Mukhoti2023ECE: Sendable {
  /// B, at least 1.
  public var binCount: Int

  public init(binCount: Int = 15) { self.binCount = binCount }

  /// The error, a fraction.
  ///
  /// - Parameters:
  ///   - confidences: The greatest probability of each sample, as float32.
  ///   - isCorrect: Whether each prediction is right.
  /// - Returns: The mean over the samples of the distance between confidence and accuracy of their bin.
  /// - Throws: `MetricError.notProbabilities` where the published code ends with a `KeyError`, `noSamples`.
  public func value(confidences: [Float], isCorrect: [Bool]) throws(MetricError) -> Double {
    precondition(confidences.count == isCorrect.count)
    guard !confidences.isEmpty else { throw .noSamples }
    var counts = [Int](repeating: 0, count: binCount)
    var correct = counts
    var sums = [Float](repeating: 0, count: binCount)
    for (confidence, isCorrect) in zip(confidences, isCorrect) {
      let bin = (Float(binCount) * confidence - 1).rounded(.up)
      guard bin >= 0, bin < Float(binCount) else { throw .notProbabilities(Double(confidence)) }
      counts[Int(bin)] += 1
      if isCorrect { correct[Int(bin)] += 1 }
      sums[Int(bin)] += confidence
    }
    var error = 0.0
    for bin in counts.indices where counts[bin] > 0 {
      let count = Double(counts[bin])
      error +=
        count / Double(confidences.count)
        * abs(Double(correct[bin]) / count - Double(sums[bin]) / count)
    }
    return error
  }
}
