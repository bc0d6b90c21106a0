import CredencePredictions

/// The gaps |mean probability − hit rate| of ranges of equal count, in two means.
struct EqualMassGap: Sendable {
  /// Each range counts the same; empty ranges count 0.
  var perRange = 0.0
  /// Each probability counts the same.
  var perProbability = 0.0
}

/// Cuts numbers into ranges of equal count and compares each range's mean with its rate of hits.
///
/// Sorting is avoided: a histogram over the leading bits finds the few numbers around each cut, and only those are sorted. Where a
/// cut falls among equal numbers, their hits are spread evenly, so the order of the numbers does not matter.
struct EqualMassRanges<Scalar: MatrixScalar> {
  private let rangeCount: Int
  private var keys: [UInt16] = []
  private var counts = [Int32](repeating: 0, count: 1 << 15)
  private var members: [(segment: UInt8, value: Scalar)] = []
  private var segments = [UInt8](repeating: 0, count: 1 << 15)

  init(rangeCount: Int) { self.rangeCount = rangeCount }

  /// The mean gap between numbers and hits.
  ///
  /// - Parameters:
  ///   - values: Numbers from 0 to 1 in any order.
  ///   - hits: Those of them that are hits, in any order.
  /// - Returns: From 0 to 1.
  mutating func gap(_ values: UnsafeBufferPointer<Scalar>, hits: [Scalar]) -> EqualMassGap {
    let count = values.count
    var gap = EqualMassGap()
    guard count > 0 else { return gap }
    let cuts = (1..<rangeCount).map { $0 * count / rangeCount }
    let below = sums(values, at: cuts)
    let sortedHits = hits.sorted()
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
          cut, boundary.sumBelow + Double(boundary.value) * Double(cut - boundary.countBelow),
          Double(lower) + Double(upper - lower) * share
        )
      }
      if current.count > previous.count {
        let difference = abs((current.sum - previous.sum) - (current.hits - previous.hits))
        gap.perRange += difference / Double(current.count - previous.count)
        gap.perProbability += difference
      }
      previous = current
    }
    gap.perRange /= Double(rangeCount)
    gap.perProbability /= Double(count)
    return gap
  }

  /// What lies below the number at a cut.
  private struct Boundary {
    /// The first number after the cut, in rising order.
    var value: Scalar = 0
    var countBelow = 0
    var equalCount = 0
    var sumBelow = 0.0
  }

  private mutating func sums(_ values: UnsafeBufferPointer<Scalar>, at cuts: [Int])
    -> (boundaries: [Boundary], total: Double)
  {
    let keyRange = countKeys(values)

    // The bucket of each cut, and how many numbers lie in lower buckets.
    var cutBuckets: [(bucket: Int, countBelow: Int)] = []
    var bucket = keyRange.lowerBound
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
    var start = keyRange.lowerBound
    for (index, bucket) in distinct.enumerated() {
      for key in start..<bucket { segments[key] = UInt8(2 * index) }
      segments[bucket] = UInt8(2 * index + 1)
      start = bucket + 1
    }
    for key in start..<keyRange.upperBound { segments[key] = UInt8(2 * distinct.count) }

    let segmentSums = distribute(values)
    var memberLists = [[Scalar]](repeating: [], count: distinct.count)
    for (segment, value) in members { memberLists[Int(segment) >> 1].append(value) }
    for index in memberLists.indices { memberLists[index].sort() }

    var boundaries: [Boundary] = []
    for (cut, place) in zip(cuts, cutBuckets) {
      let index = distinct.firstIndex(of: place.bucket) ?? 0
      let sorted = memberLists[index]
      let value = sorted[cut - place.countBelow]
      let lower = Self.position(of: value, in: sorted, orEqual: false)
      let upper = Self.position(of: value, in: sorted, orEqual: true)
      let sumBefore = segmentSums[0...2 * index].reduce(0, +)
      boundaries.append(
        Boundary(
          value: value, countBelow: place.countBelow + lower, equalCount: upper - lower,
          sumBelow: sumBefore + sorted[..<lower].reduce(0) { $0 + Double($1) }))
    }
    return (boundaries, segmentSums.reduce(0, +))
  }

  /// Counts how many numbers share their leading bits; returns the range of these bits.
  private mutating func countKeys(_ values: UnsafeBufferPointer<Scalar>) -> Range<Int> {
    if keys.count < values.count { keys = Array(repeating: 0, count: values.count) }
    var lowest = UInt16.max
    var highest = UInt16.min
    keys.withUnsafeMutableBufferPointer { keys in
      for i in 0..<values.count {
        let key = UInt16(truncatingIfNeeded: Float(values[i]).bitPattern &>> 16) & 0x7fff
        keys[i] = key
        lowest = min(lowest, key)
        highest = max(highest, key)
      }
      counts.withUnsafeMutableBufferPointer { counts in
        for key in Int(lowest)...Int(highest) { counts[key] = 0 }
        for i in 0..<values.count { counts[Int(keys[i])] &+= 1 }
      }
    }
    return Int(lowest)..<Int(highest) + 1
  }

  /// Sums the numbers of each segment, and collects those of the cut buckets.
  private mutating func distribute(_ values: UnsafeBufferPointer<Scalar>) -> [Double] {
    members.removeAll(keepingCapacity: true)
    var sums = [Double](repeating: 0, count: 256)
    keys.withUnsafeBufferPointer { keys in
      segments.withUnsafeBufferPointer { segments in
        sums.withUnsafeMutableBufferPointer { sums in
          for i in 0..<values.count {
            let segment = segments[Int(keys[i])]
            sums[Int(segment)] += Double(values[i])
            if segment & 1 == 1 { members.append((segment, values[i])) }
          }
        }
      }
    }
    return sums
  }

  /// How many numbers of a rising list lie below a value, or below or at it.
  private static func position(of value: Scalar, in sorted: [Scalar], orEqual: Bool) -> Int {
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
