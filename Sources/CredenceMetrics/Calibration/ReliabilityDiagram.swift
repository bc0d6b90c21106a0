/// Accuracy against confidence by bins, with the number of samples in each.
public struct ReliabilityDiagram: Codable, Hashable, Sendable {
  /// From low to high confidence; empty bins included.
  public let bins: [CalibrationBin]

  /// The diagram of a score list.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - binCount: At least 1.
  ///   - binning: How samples are put in bins.
  /// - Throws: `MetricError.notProbabilities` where a confidence is more than 1e-6 outside [0, 1].
  public init(
    _ outcomes: ScoredOutcomes, binCount: Int = 15, binning: ECE.Binning = .equalWidth
  ) throws(MetricError) {
    bins = try ECE(binCount: binCount, binning: binning).bins(for: outcomes)
  }
}

extension CalibrationBin {
  /// Wilson's score interval of the bin's accuracy, for where no bootstrap was run.
  ///
  /// - Parameter level: Such as 0.95.
  /// - Returns: `[low, high]` within [0, 1]; `[0, 1]` for an empty bin.
  public func accuracyInterval(level: Double = 0.95) -> [Double] {
    if count == 0 { return [0, 1] }
    let z = NormalDistribution.quantile((1 + level) / 2)
    let scale = 1 + z * z / count
    let center = (accuracy + z * z / (2 * count)) / scale
    let variance = accuracy * (1 - accuracy) / count + z * z / (4 * count * count)
    let width = z / scale * variance.squareRoot()
    return [max(center - width, 0), min(center + width, 1)]
  }
}
