/// The resampled values of one score list.
public struct BootstrapResult: Sendable {
  /// Everything that was resampled.
  public let metricIDs: [String]
  /// The number of bins of the reliability diagram that were resampled too; 0 where confidences are not probabilities.
  public let binCount: Int

  private let columns: [String: Int]
  /// The column of the first bin's accuracy, and the number of columns.
  private let firstBin: Int
  private let width: Int
  private let runs: [Double]
  private let jackknifeBlocks: Int
  private let level: Double
  private let interval: Bootstrap.Interval

  init(
    metricIDs: [String], binCount: Int, extraIDs: [String], runs: [Double], jackknifeBlocks: Int,
    level: Double, interval: Bootstrap.Interval
  ) {
    self.metricIDs = metricIDs + extraIDs
    self.binCount = binCount
    firstBin = metricIDs.count
    width = metricIDs.count + binCount + extraIDs.count
    var columns: [String: Int] = [:]
    for (column, id) in metricIDs.enumerated() { columns[id] = column }
    for (offset, id) in extraIDs.enumerated() { columns[id] = metricIDs.count + binCount + offset }
    self.columns = columns
    self.runs = runs
    self.jackknifeBlocks = jackknifeBlocks
    self.level = level
    self.interval = interval
  }

  /// The metric in each resample, `nil` where it was undefined; empty for an unknown id.
  public func replicates(_ id: String) -> [Double?] {
    samples(id)?.replicates.map { $0.isNaN ? nil : $0 } ?? []
  }

  /// The metric's interval, or `nil` where fewer than two resamples have a value.
  public func interval(_ id: String) -> BootstrapInterval? {
    samples(id).flatMap { BootstrapInterval($0, level: level, kind: interval) }
  }

  /// How much larger this list's metric is than another's over the same resamples.
  ///
  /// - Parameters:
  ///   - id: The metric.
  ///   - other: A result of the same call of `Bootstrap.run`.
  /// - Returns: `nil` where either list lacks the metric or fewer than two resamples have a value.
  public func difference(_ id: String, from other: BootstrapResult) -> BootstrapDifference? {
    guard let mine = samples(id), let theirs = other.samples(id) else { return nil }
    precondition(mine.replicates.count == theirs.replicates.count)
    let samples = BootstrapSamples(
      estimate: mine.estimate - theirs.estimate,
      jackknife: zip(mine.jackknife, theirs.jackknife).map { $0 - $1 },
      replicates: zip(mine.replicates, theirs.replicates).map { $0 - $1 })
    guard let interval = BootstrapInterval(samples, level: level, kind: interval) else {
      return nil
    }
    return BootstrapDifference(
      estimate: samples.estimate, interval: interval, pValue: samples.pValue)
  }

  /// The interval of a bin's accuracy in the reliability diagram.
  ///
  /// - Parameter bin: From 0, the lowest confidences, to `binCount` − 1.
  /// - Returns: `nil` where fewer than two resamples fill the bin.
  public func binAccuracyInterval(_ bin: Int) -> BootstrapInterval? {
    precondition(bin >= 0 && bin < binCount)
    return BootstrapInterval(samples(column: firstBin + bin), level: level, kind: interval)
  }

  private func samples(_ id: String) -> BootstrapSamples? { columns[id].map(samples(column:)) }

  private func samples(column: Int) -> BootstrapSamples {
    let all = stride(from: column, to: runs.count, by: width).map { runs[$0] }
    return BootstrapSamples(
      estimate: all[0], jackknife: Array(all[1..<1 + jackknifeBlocks]),
      replicates: Array(all[(1 + jackknifeBlocks)...]))
  }
}

/// What the paired bootstrap says of the difference of two score lists.
public struct BootstrapDifference: Codable, Hashable, Sendable {
  /// The difference on the data as it is.
  public var estimate: Double
  public var interval: BootstrapInterval
  /// Twice the smaller share of resamples on either side of 0, with one added to both counts; at most 1.
  public var pValue: Double
}
