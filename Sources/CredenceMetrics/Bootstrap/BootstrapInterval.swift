import Foundation

/// A confidence interval from resamples.
public struct BootstrapInterval: Codable, Hashable, Sendable {
  public var low: Double
  public var high: Double
  /// Resamples in which the value was undefined; they are left out.
  public var undefinedCount: Int

  /// `[low, high]`, as result rows write it.
  public var bounds: [Double] { [low, high] }

  /// The percentile interval of resampled values; NaN where one is undefined.
  package init?(replicates: [Double], level: Double) {
    self.init(
      BootstrapSamples(estimate: .nan, jackknife: [], replicates: replicates), level: level,
      kind: .percentile)
  }

  init?(_ samples: BootstrapSamples, level: Double, kind: Bootstrap.Interval) {
    let sorted = samples.replicates.filter { !$0.isNaN }.sorted()
    guard sorted.count >= 2 else { return nil }
    let tail = (1 - level) / 2
    var tails = (low: tail, high: 1 - tail)
    if kind == .bca, let corrected = samples.correctedTails(tail, sorted: sorted) {
      tails = corrected
    }
    low = Self.quantile(sorted, tails.low)
    high = Self.quantile(sorted, tails.high)
    undefinedCount = samples.replicates.count - sorted.count
  }

  /// The quantile by linear interpolation between order statistics (Hyndman & Fan's type 7).
  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let position = share * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 2)
    let fraction = position - Double(index)
    if fraction == 0 { return sorted[index] }
    return sorted[index] + fraction * (sorted[index + 1] - sorted[index])
  }
}

/// A statistic on the data, on the jackknife's parts and on each resample; NaN where undefined.
struct BootstrapSamples {
  var estimate: Double
  var jackknife: [Double]
  var replicates: [Double]

  /// The tails of the BCa interval, or `nil` where the correction is undefined.
  ///
  /// - Parameters:
  ///   - tail: The share beyond each end of the interval.
  ///   - sorted: The defined replicates.
  /// - Returns: The shares of replicates below the low and the high end.
  func correctedTails(_ tail: Double, sorted: [Double]) -> (low: Double, high: Double)? {
    let below = sorted.count { $0 < estimate }
    let equal = sorted.count { $0 == estimate }
    let share = (Double(below) + Double(equal) / 2) / Double(sorted.count)
    let parts = jackknife.filter { !$0.isNaN }
    guard share > 0, share < 1, parts.count >= 2 else { return nil }
    let mean = parts.reduce(0, +) / Double(parts.count)
    let squares = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let cubes = parts.reduce(0) { $0 + pow(mean - $1, 3) }
    let acceleration = squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
    let bias = NormalDistribution.quantile(share)
    func corrected(_ tail: Double) -> Double {
      let shifted = bias + NormalDistribution.quantile(tail)
      return NormalDistribution.cumulative(bias + shifted / (1 - acceleration * shifted))
    }
    return (corrected(tail), corrected(1 - tail))
  }

  /// The two-sided p-value of “the statistic is 0”.
  var pValue: Double {
    let defined = replicates.filter { !$0.isNaN }
    let atMost = defined.count { $0 <= 0 }
    let atLeast = defined.count { $0 >= 0 }
    return min(2 * Double(min(atMost, atLeast) + 1) / Double(defined.count + 1), 1)
  }
}
