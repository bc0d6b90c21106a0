import Foundation

/// Where differences of harmonic numbers, H(n) = 1 + 1/2 + … + 1/n, come from.
protocol HarmonicDifferences: Sendable {
  /// 1/(start + 1) + … + 1/(start + count), 0 for a count of 0.
  func difference(from start: Int, count: Int) -> Double
}

/// Differences of harmonic numbers of any size without a table, to the last few bits.
struct DirectHarmonics: HarmonicDifferences {
  @inline(__always)
  func difference(from start: Int, count: Int) -> Double {
    count == 1 ? 1 / Double(start &+ 1) : Self.sum(from: start, count: count)
  }

  /// Adds a few terms one by one and many by the Euler–Maclaurin formula.
  @inline(never)
  private static func sum(from start: Int, count: Int) -> Double {
    let end = start + count
    let split = count <= 16 ? end : min(max(start, 64), end)
    var sum = 0.0
    for k in stride(from: split, to: start, by: -1) { sum += 1 / Double(k) }
    if split == end { return sum }
    let (low, high) = (Double(split), Double(end))
    return sum + log1p((high - low) / low) + tail(high) - tail(low)
  }

  /// H(n) − ln n − γ, to 1e-17 from n = 64 on.
  private static func tail(_ n: Double) -> Double {
    let square = 1 / (n * n)
    return 1 / (2 * n) - square * (1 / 12 - square * (1 / 120 - square / 252))
  }
}

/// A table of harmonic numbers, for many sweeps over the same number of samples.
///
/// Differences cancel, which leaves an absolute error of about 1e-15; harmless up to a few million samples.
struct HarmonicTable: HarmonicDifferences {
  private let values: [Double]

  /// H(0) … H(count).
  init(count: Int) {
    var values: [Double] = [0]
    values.reserveCapacity(count + 1)
    var sum = 0.0
    for k in 0..<count {
      sum += 1 / Double(k + 1)
      values.append(sum)
    }
    self.values = values
  }

  @inline(__always)
  func difference(from start: Int, count: Int) -> Double {
    values[start &+ count] - values[start]
  }
}
