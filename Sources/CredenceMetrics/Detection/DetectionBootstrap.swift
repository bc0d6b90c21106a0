/// Confidence intervals of detection metrics, and of their means over groups of outlier sets, by resampling.
///
/// Each resample draws as many samples as there are, with replacement, from the inliers and from every outlier set for itself: the
/// numbers of inliers and outliers were chosen, not observed. All methods see the same resamples, and all outlier sets the same
/// inliers, so that the mean over a group is resampled as one number. The results do not depend on threads.
///
/// - Note: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8; intervals are percentiles.
public struct DetectionBootstrap: Codable, Hashable, Sendable {
  /// How many resamples are drawn.
  public var replicates: Int
  public var seed: UInt64
  /// The share of resamples that an interval holds, such as 0.95.
  public var level: Double

  public init(replicates: Int = 1000, seed: UInt64 = 1, level: Double = 0.95) {
    self.replicates = replicates
    self.seed = seed
    self.level = level
  }

  /// One method's uncertainties; they grow with doubt.
  public struct Scores: Sendable {
    public var inliers: [Double]
    /// One list per outlier set.
    public var outliers: [[Double]]

    public init(inliers: [Double], outliers: [[Double]]) {
      self.inliers = inliers
      self.outliers = outliers
    }
  }

  /// The intervals of one method by metric id.
  public struct Intervals: Sendable {
    /// One per outlier set.
    public var sets: [[String: BootstrapInterval]]
    /// Those of the mean over each group.
    public var groups: [[String: BootstrapInterval]]
  }

  /// Resamples.
  ///
  /// - Parameters:
  ///   - methods: Scores of the same samples in the same order.
  ///   - groups: For each group the places of its outlier sets.
  /// - Returns: The intervals of `DetectionMetric.all`, one value per method.
  /// - Throws: `MetricError` where a list is empty or not finite, and `invalidSetting`.
  /// - Complexity: O(*N*) per resample, method and outlier set.
  public func run(
    _ methods: [Scores], groups: [[Int]] = []
  ) throws(MetricError) -> [Intervals] {
    if replicates < 1 {
      throw .invalidSetting(name: "replicates", value: Double(replicates), allowed: "at least 1")
    }
    if !(level > 0 && level < 1) {
      throw .invalidSetting(name: "level", value: level, allowed: "between 0 and 1")
    }
    guard let first = methods.first, !first.outliers.isEmpty else {
      return methods.map { _ in Intervals(sets: [], groups: groups.map { _ in [:] }) }
    }
    let setCount = first.outliers.count
    precondition(
      methods.allSatisfy {
        $0.inliers.count == first.inliers.count
          && $0.outliers.map(\.count) == first.outliers.map(\.count)
      })
    precondition(groups.joined().allSatisfy { first.outliers.indices.contains($0) })
    var results: [Intervals] = []
    // As many methods at a time as leave the table of resampled values small.
    let width = setCount * DetectionMetric.all.count
    let batch = max(1, (1 << 24) / (replicates * width))
    for start in stride(from: 0, to: methods.count, by: batch) {
      let part = methods[start..<min(start + batch, methods.count)]
      var sweeps: [DetectionSweep] = []
      for method in part {
        for outliers in method.outliers {
          sweeps.append(try DetectionSweep(inliers: method.inliers, outliers: outliers))
        }
      }
      let blocks = parallelMap(count: replicates, blockSize: 8) { [sweeps] in
        values($0, sweeps, setCount: setCount)
      }
      let table = blocks.flatMap(\.self)
      for method in part.indices {
        results.append(
          intervals(
            table, first: (method - part.startIndex) * width, width: part.count * width,
            setCount: setCount, groups: groups))
      }
    }
    return results
  }

  /// The metrics of some resamples: per resample all sweeps', one after the other.
  private func values(
    _ replicates: Range<Int>, _ sweeps: [DetectionSweep], setCount: Int
  ) -> [Double] {
    let generators = (0...setCount).map { stratum in
      BootstrapWeights(seed: seed &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(truncatingIfNeeded: stratum))
    }
    let inlierCount = sweeps[0].inlierCount
    var inlierWeights = [UInt8](repeating: 0, count: inlierCount)
    // Each outlier set's weights follow those of the inliers.
    var weights = sweeps[..<setCount].map { [UInt8](repeating: 0, count: $0.count) }
    var result: [Double] = []
    result.reserveCapacity(replicates.count * sweeps.count * DetectionMetric.all.count)
    for replicate in replicates {
      inlierWeights.withUnsafeMutableBufferPointer {
        generators[0].fill($0, replicate: replicate)
      }
      for set in weights.indices {
        weights[set].replaceSubrange(..<inlierCount, with: inlierWeights)
        weights[set].withUnsafeMutableBufferPointer { memory in
          generators[set + 1].fill(
            UnsafeMutableBufferPointer(rebasing: memory[inlierCount...]), replicate: replicate)
        }
      }
      for (index, sweep) in sweeps.enumerated() {
        weights[index % setCount].withUnsafeBufferPointer { sweep.append(under: $0, to: &result) }
      }
    }
    return result
  }

  /// One method's intervals, from a table with a row per resample.
  private func intervals(
    _ table: [Double], first: Int, width: Int, setCount: Int, groups: [[Int]]
  ) -> Intervals {
    let metrics = DetectionMetric.all.map(\.id)
    var intervals = Intervals(
      sets: (0..<setCount).map { _ in [:] }, groups: groups.map { _ in [:] })
    for (column, metric) in metrics.enumerated() {
      func value(_ replicate: Int, _ set: Int) -> Double {
        table[replicate * width + first + set * metrics.count + column]
      }
      for set in 0..<setCount {
        intervals.sets[set][metric] = BootstrapInterval(
          replicates: (0..<replicates).map { value($0, set) }, level: level)
      }
      for (index, group) in groups.enumerated() where !group.isEmpty {
        let means = (0..<replicates).map { replicate in
          group.reduce(0.0) { $0 + value(replicate, $1) } / Double(group.count)
        }
        intervals.groups[index][metric] = BootstrapInterval(replicates: means, level: level)
      }
    }
    return intervals
  }
}
