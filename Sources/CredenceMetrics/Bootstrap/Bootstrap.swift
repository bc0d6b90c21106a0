/// Confidence intervals by resampling, for any number of score lists over the same samples.
///
/// Each resample is drawn once and applied to every list, so differences between lists are paired. The results depend on
/// the settings and the data alone, not on the number of threads.
///
/// ```swift
/// let results = try Bootstrap().run([before, after])
/// let interval = results[0].interval("auroc")
/// let difference = results[1].difference("auroc", from: results[0])
/// ```
///
/// - Note: Efron & Tibshirani, An Introduction to the Bootstrap, 1993; Poisson weights: Chamandy et al., 2012.
public struct Bootstrap: Codable, Hashable, Sendable {
  /// How an interval is read off the resamples.
  public enum Interval: String, Codable, Hashable, Sendable, CaseIterable {
    /// Quantiles of the resampled values.
    case percentile
    /// Quantiles corrected for bias and acceleration (BCa); the jackknife leaves out one of at most 200 blocks at a time, sample i belonging to block i mod 200.
    case bca
  }

  /// How many resamples are drawn.
  public var replicates: Int
  public var seed: UInt64
  /// The share of resamples that an interval holds, such as 0.95.
  public var level: Double
  public var scheme: BootstrapWeights.Scheme
  public var interval: Interval

  public init(
    replicates: Int = 1000, seed: UInt64 = 1, level: Double = 0.95,
    scheme: BootstrapWeights.Scheme = .multinomial, interval: Interval = .percentile
  ) {
    self.replicates = replicates
    self.seed = seed
    self.level = level
    self.scheme = scheme
    self.interval = interval
  }

  /// Resamples.
  ///
  /// - Parameters:
  ///   - lists: Scores of the same *N* samples, in the same order.
  ///   - settings: Of the metrics.
  ///   - costly: Metrics beyond those that `BootstrapResult.metricIDs` always has; each is computed anew on every resample.
  /// - Returns: One result per list.
  /// - Throws: `MetricError` where a list cannot be scored, and `invalidSetting`.
  /// - Complexity: O(*N*) per resample and list.
  public func run(
    _ lists: [BootstrapList], settings: MetricSettings = MetricSettings(),
    costly: [MetricDescriptor<ScoredOutcomes>] = []
  ) throws(MetricError) -> [BootstrapResult] {
    guard let count = lists.first?.confidences.count else { return [] }
    try checkSettings(settings)
    precondition(lists.allSatisfy { $0.confidences.count == count })
    // Twelve standard deviations more than a Poisson resample has on average.
    let largest = scheme == .multinomial ? count : count + 12 * Int(Double(count).squareRoot()) + 64
    let harmonics = HarmonicTable(count: largest)
    let prepared = try lists.map { list throws(MetricError) in
      try ResampledList(list, settings: settings, harmonics: harmonics)
    }
    let covered = Set(prepared.flatMap(\.metricIDs))
    // The sweep finds the largest coverages alone.
    let violations =
      settings.sacRule == .firstViolation
      ? settings.accuracies.map {
        MetricDescriptor.sac(
          accuracy: $0, minimumCount: settings.sacMinimumCount, rule: .firstViolation)
      } : []
    let extra = violations + costly.filter { !covered.contains($0.id) }
    let jackknifeBlocks = interval == .bca ? min(count, 200) : 0
    let runs = 1 + jackknifeBlocks + replicates
    let tables = parallelMap(count: runs, blockSize: 16) { runs in
      table(runs, prepared, extra, jackknifeBlocks: jackknifeBlocks)
    }
    return prepared.indices.map { index in
      BootstrapResult(
        metricIDs: prepared[index].metricIDs, binCount: prepared[index].binCount,
        extraIDs: extra.map(\.id), runs: tables.flatMap { $0[index] },
        jackknifeBlocks: jackknifeBlocks, level: level, interval: interval)
    }
  }

  private func checkSettings(_ settings: MetricSettings) throws(MetricError) {
    if replicates < 1 {
      throw .invalidSetting(name: "replicates", value: Double(replicates), allowed: "at least 1")
    }
    if !(level > 0 && level < 1) {
      throw .invalidSetting(name: "level", value: level, allowed: "between 0 and 1")
    }
    if settings.binCount < 1 {
      throw .invalidSetting(
        name: "bins", value: Double(settings.binCount), allowed: "at least 1")
    }
  }

  /// The values of some runs, per list one run after the other.
  ///
  /// Run 0 is the data as it is, then come the jackknife's blocks, then the resamples.
  private func table(
    _ runs: Range<Int>, _ lists: [ResampledList], _ extra: [MetricDescriptor<ScoredOutcomes>],
    jackknifeBlocks: Int
  ) -> [[Double]] {
    let generator = BootstrapWeights(scheme: scheme, seed: seed)
    let metrics = extra.map { $0.make() }
    var weights = [UInt8](repeating: 1, count: lists[0].outcomes.count)
    var scratch = ResampledList.Scratch()
    var tables = [[Double]](repeating: [], count: lists.count)
    for run in runs {
      weights.withUnsafeMutableBufferPointer { weights in
        if run == 0 {
          weights.update(repeating: 1)
        } else if run <= jackknifeBlocks {
          for index in weights.indices {
            weights[index] = index % jackknifeBlocks == run - 1 ? 0 : 1
          }
        } else {
          generator.fill(weights, replicate: run - 1 - jackknifeBlocks)
        }
      }
      weights.withUnsafeBufferPointer { weights in
        for (index, list) in lists.enumerated() {
          list.values(weights: weights, scratch: &scratch, into: &tables[index])
          if metrics.isEmpty { continue }
          let outcomes = list.outcomes(weights: weights)
          for metric in metrics {
            tables[index].append(outcomes.flatMap { try? metric.value(for: $0) } ?? .nan)
          }
        }
      }
    }
    return tables
  }
}
