package import CredenceFiles
import Foundation

/// Chooses samples so that their entropies are spread more evenly than they come.
///
/// The range of entropies is cut into equal intervals. Each gets a share of the samples that grows with a power of how many it has; what
/// it can't fill goes to the others by the same rule.
package struct EntropyThinning {
  package let range: Range<Double>
  package let binCount: Int
  /// From 0, all intervals alike, to 1, as they come.
  package let power: Double

  package init(range: Range<Double>, binCount: Int, power: Double) {
    self.range = range
    self.binCount = binCount
    self.power = power
  }

  /// Chooses samples.
  ///
  /// - Parameters:
  ///   - count: How many; all where there are no more.
  ///   - entropies: Of all samples, each in the range.
  ///   - random: Draws within the intervals, and the order of the result.
  /// - Returns: Numbers of samples in random order.
  package func chosen(
    _ count: Int, from entropies: [Double], using random: inout SplitMix64
  ) -> [Int] {
    var bins = [[Int]](repeating: [], count: binCount)
    let width = (range.upperBound - range.lowerBound) / Double(binCount)
    for (sample, entropy) in entropies.enumerated() {
      let bin = Int((entropy - range.lowerBound) / width)
      bins[min(max(bin, 0), binCount - 1)].append(sample)
    }
    var result: [Int] = []
    for (bin, share) in zip(bins.indices, shares(of: count, among: bins.map(\.count))) {
      bins[bin].shuffle(using: &random)
      result += bins[bin].prefix(share)
    }
    result.shuffle(using: &random)
    return result
  }

  /// How many samples each interval gives.
  package func shares(of count: Int, among sizes: [Int]) -> [Int] {
    var shares = [Int](repeating: 0, count: sizes.count)
    var missing = min(count, sizes.reduce(0, +))
    while missing > 0 {
      let open = sizes.indices.filter { shares[$0] < sizes[$0] }
      let weights = open.map { pow(Double(sizes[$0]), power) }
      let total = weights.reduce(0, +)
      var given = 0
      for (bin, weight) in zip(open, weights) {
        let wanted = Int((Double(missing) * weight / total).rounded(.down))
        let share = min(wanted, sizes[bin] - shares[bin])
        shares[bin] += share
        given += share
      }
      if given == 0 {
        // What rounding leaves goes to the largest intervals, equal ones in their order.
        for bin in open.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }).prefix(missing) {
          shares[bin] += 1
          given += 1
        }
      }
      missing -= given
    }
    return shares
  }
}
