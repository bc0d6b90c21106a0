/// Cuts numbers into ranges of equal count and compares each range's mean with its rate of hits.
///
/// Sorting is avoided: a histogram over the leading bits finds the few numbers around each cut, and only those are sorted. Where a
/// cut falls among equal numbers, their hits are spread evenly, so the order of the numbers does not matter.
struct EqualMassRanges {
  private let rangeCount: Int
  private var keys: [UInt16] = []
  private var counts = [Int32](repeating: 0, count: 1 << 15)
  private var segments = [UInt8](repeating: 0, count: 1 << 15)

  init(rangeCount: Int) { self.rangeCount = rangeCount }

  /// The mean over ranges of |mean number − hit rate|; empty ranges count 0.
  ///
  /// - Parameters:
  ///   - values: Numbers from 0 to 1 in any order.
  ///   - hits: Those of them that are hits, in any order.
  /// - Returns: From 0 to 1.
  mutating func error(_ values: UnsafeBufferPointer<Double>, hits: [Double]) -> Double {
    let count = values.count
    guard count > 0 else { return 0 }
    let cuts = (1..<rangeCount).map { $0 * count / rangeCount }
    let below = sums(values, at: cuts)
    let sortedHits = hits.sorted()
    var gap = 0.0
    var previous = (count: 0, sum: 0.0, hits: 0.0)
    for (index, cut) in (cuts + [count]).enumerated() {
      let current: (count: Int, sum: Double, hits: Double)
      if index == cuts.count {
        current = (count, below.total, Double(hits.count))
      } else {
        let boundary = below.boundaries[index]
        let lower = Self.position(of: boundary.value, in: sortedHits, orEqual: false)
        let upper = Self.position(of: boundary.value, in: sortedHits, orEqual: true)
        let share = Double(cut - boundary.countBelow) / Double(max(boundary.equalCount, 1))
        current = (
          cut, boundary.sumBelow + boundary.value * Double(cut - boundary.countBelow),
          Double(lower) + Double(upper - lower) * share
        )
      }
      if current.count > previous.count {
        gap +=
          abs((current.sum - previous.sum) - (current.hits - previous.hits))
          / Double(current.count - previous.count)
      }
      previous = current
    }
    return gap / Double(rangeCount)
  }

  /// What lies below the number at a cut.
  private struct Boundary {
    /// The first number after the cut, in rising order.
    var value = 0.0
    var countBelow = 0
    var equalCount = 0
    var sumBelow = 0.0
  }

  private mutating func sums(_ values: UnsafeBufferPointer<Double>, at cuts: [Int])
    -> (boundaries: [Boundary], total: Double)
  {
    let count = values.count
    if keys.count < count { keys = Array(repeating: 0, count: count) }
    for index in counts.indices { counts[index] = 0 }
    counts.withUnsafeMutableBufferPointer { counts in
      keys.withUnsafeMutableBufferPointer { keys in
        for i in 0..<count {
          let key = Int(Float(values[i]).bitPattern >> 16) & 0x7fff
          keys[i] = UInt16(truncatingIfNeeded: key)
          counts[key] &+= 1
        }
      }
    }

    // The bucket of each cut, and how many numbers lie in lower buckets.
    var cutBuckets: [(bucket: Int, countBelow: Int)] = []
    var bucket = 0
    var countBelow = 0
    for cut in cuts {
      while countBelow + Int(counts[bucket]) <= cut {
        countBelow += Int(counts[bucket])
        bucket += 1
      }
      cutBuckets.append((bucket, countBelow))
    }
    // Even segments lie between cut buckets, odd segments are cut buckets.
    var distinct: [Int] = []
    for (bucket, _) in cutBuckets where distinct.last != bucket { distinct.append(bucket) }
    var next = 0
    for bucket in segments.indices {
      if next < distinct.count, bucket == distinct[next] {
        segments[bucket] = UInt8(truncatingIfNeeded: 2 * next + 1)
        next += 1
      } else {
        segments[bucket] = UInt8(truncatingIfNeeded: 2 * next)
      }
    }

    var segmentSums = [Double](repeating: 0, count: 256)
    var members = [[Double]](repeating: [], count: distinct.count)
    keys.withUnsafeBufferPointer { keys in
      segments.withUnsafeBufferPointer { segments in
        segmentSums.withUnsafeMutableBufferPointer { sums in
          for i in 0..<count {
            let segment = Int(segments[Int(keys[i])])
            sums[segment] += values[i]
            if segment & 1 == 1 { members[segment >> 1].append(values[i]) }
          }
        }
      }
    }
    for index in members.indices { members[index].sort() }

    var boundaries: [Boundary] = []
    for (cut, place) in zip(cuts, cutBuckets) {
      let index = distinct.firstIndex(of: place.bucket) ?? 0
      let sorted = members[index]
      let value = sorted[cut - place.countBelow]
      let lower = Self.position(of: value, in: sorted, orEqual: false)
      let upper = Self.position(of: value, in: sorted, orEqual: true)
      let sumBefore = segmentSums[0...2 * index].reduce(0, +)
      boundaries.append(
        Boundary(
          value: value, countBelow: place.countBelow + lower, equalCount: upper - lower,
          sumBelow: sumBefore + sorted[..<lower].reduce(0, +)))
    }
    return (boundaries, segmentSums.reduce(0, +))
  }

  /// How many numbers of a rising list lie below a value, or below or at it.
  private static func position(of value: Double, in sorted: [Double], orEqual: Bool) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value || (orEqual && sorted[middle] == value) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
