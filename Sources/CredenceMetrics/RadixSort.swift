import Foundation

/// Sorts integer keys in ascending order on all cores.
///
/// Many keys are first spread over the buckets of their highest digit; each bucket is then small enough for the
/// cache, where it is sorted from the lowest digit to the highest. A bucket that holds much of all keys is spread
/// again. Nothing depends on the number of cores, since equal keys are alike.
struct RadixSort<Key: FixedWidthInteger & UnsignedInteger & Sendable> {
  private let keys: UnsafeMutableBufferPointer<Key>
  private let scratch: UnsafeMutableBufferPointer<Key>
  private let varying: Key
  private let startsInScratch: Bool

  /// Prepares a sort.
  ///
  /// - Parameters:
  ///   - keys: Where the sorted keys will be.
  ///   - scratch: Memory for as many keys.
  ///   - varying: The bits to sort by: all in which two keys may differ, and that matter.
  ///   - startsInScratch: Whether the keys are still in `scratch`.
  init(
    keys: UnsafeMutableBufferPointer<Key>, scratch: UnsafeMutableBufferPointer<Key>, varying: Key,
    startsInScratch: Bool = false
  ) {
    self.keys = keys
    self.scratch = scratch
    self.varying = varying
    self.startsInScratch = startsInScratch
  }

  func sort() {
    if keys.count < 1 << 16 || varying == 0 { sortInCache() } else { sortByBuckets() }
  }

  private var lowestBit: Int { varying.trailingZeroBitCount }
  /// One beyond the highest bit.
  private var highestBit: Int { Key.bitWidth - varying.leadingZeroBitCount }

  // MARK: Few keys

  /// From the lowest digit to the highest, all digits counted in one pass.
  private func sortInCache() {
    let source = startsInScratch ? scratch : keys
    if keys.count <= 32 || varying == 0 {
      if varying != 0 { Self.insert(source) }
      if startsInScratch { _ = keys.update(fromContentsOf: source) }
      return
    }
    let digitLimit = keys.count >= 1 << 13 ? 11 : keys.count >= 1 << 9 ? 9 : 6
    let width = highestBit - lowestBit
    let passCount = (width + digitLimit - 1) / digitLimit
    let digitWidth = (width + passCount - 1) / passCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: passCount << digitWidth) { counts in
      counts.initialize(repeating: 0)
      sortInCache(source, counts, passCount: passCount, digitWidth: digitWidth)
    }
  }

  private func sortInCache(
    _ source: UnsafeMutableBufferPointer<Key>, _ counts: UnsafeMutableBufferPointer<UInt32>,
    passCount: Int, digitWidth: Int
  ) {
    let mask = Key(truncatingIfNeeded: 1 << digitWidth - 1)
    for key in source {
      var digits = key &>> Key(truncatingIfNeeded: lowestBit)
      for pass in 0..<passCount {
        counts[pass &<< digitWidth | Int(truncatingIfNeeded: digits & mask)] &+= 1
        digits &>>= Key(truncatingIfNeeded: digitWidth)
      }
    }
    var source = source
    var target = startsInScratch ? keys : scratch
    for pass in 0..<passCount {
      let shift = Key(truncatingIfNeeded: lowestBit + pass * digitWidth)
      let next = UnsafeMutableBufferPointer(
        rebasing: counts[pass << digitWidth..<(pass + 1) << digitWidth])
      var place: UInt32 = 0
      for digit in next.indices {
        let count = next[digit]
        next[digit] = place
        place &+= count
      }
      for key in source {
        let digit = Int(truncatingIfNeeded: (key &>> shift) & mask)
        target[Int(next[digit])] = key
        next[digit] &+= 1
      }
      swap(&source, &target)
    }
    if source.baseAddress != keys.baseAddress { _ = keys.update(fromContentsOf: source) }
  }

  private static func insert(_ keys: UnsafeMutableBufferPointer<Key>) {
    for index in keys.indices.dropFirst() {
      let key = keys[index]
      var place = index
      while place > 0, keys[place &- 1] > key {
        keys[place] = keys[place &- 1]
        place &-= 1
      }
      keys[place] = key
    }
  }

  // MARK: Many keys

  private func sortByBuckets() {
    let shift = max(highestBit - 11, lowestBit)
    let (source, target) = startsInScratch ? (scratch, keys) : (keys, scratch)
    let ends = spread(source, target, shift: shift)
    let rest = varying & ~(Key.max << Key(truncatingIfNeeded: shift))
    let largest = keys.count / 8
    // Each bucket is sorted within its own ranges of both arrays.
    nonisolated(unsafe) let job = self
    let targetIsScratch = !startsInScratch
    let sortBucket = { @Sendable (bucket: Int) in
      let range = (bucket == 0 ? 0 : ends[bucket - 1])..<ends[bucket]
      if range.isEmpty { return }
      RadixSort(
        keys: .init(rebasing: job.keys[range]), scratch: .init(rebasing: job.scratch[range]),
        varying: rest, startsInScratch: targetIsScratch
      ).sort()
    }
    let isLarge = ends.indices.map { ends[$0] - ($0 == 0 ? 0 : ends[$0 - 1]) > largest }
    for bucket in ends.indices where isLarge[bucket] { sortBucket(bucket) }
    _ = parallelMap(count: ends.count, blockSize: 16) { buckets in
      for bucket in buckets where !isLarge[bucket] { sortBucket(bucket) }
    }
  }

  /// Moves keys to the buckets of their bits from `shift` on, and returns where each bucket ends.
  private func spread(
    _ source: UnsafeMutableBufferPointer<Key>, _ target: UnsafeMutableBufferPointer<Key>,
    shift: Int
  ) -> [Int] {
    nonisolated(unsafe) let source = source
    // Each chunk writes to its own places.
    nonisolated(unsafe) let target = target
    let mask = Key(truncatingIfNeeded: 1 << (highestBit - shift) - 1)
    let shift = Key(truncatingIfNeeded: shift)
    let bucketCount = Int(mask) + 1
    let cores = min(ProcessInfo.processInfo.activeProcessorCount, 16)
    let chunkSize = (source.count + cores - 1) / cores
    let counts = parallelMap(count: source.count, blockSize: chunkSize) { range in
      [Int](unsafeUninitializedCapacity: bucketCount) { counts, written in
        counts.initialize(repeating: 0)
        for index in range {
          counts[Int(truncatingIfNeeded: (source[index] &>> shift) & mask)] &+= 1
        }
        written = bucketCount
      }
    }
    var (starts, ends, place) = (counts, [Int](), 0)
    for bucket in 0..<bucketCount {
      for chunk in counts.indices {
        starts[chunk][bucket] = place
        place += counts[chunk][bucket]
      }
      ends.append(place)
    }
    let places = starts
    _ = parallelMap(count: source.count, blockSize: chunkSize) { range in
      var next = places[range.lowerBound / chunkSize]
      next.withUnsafeMutableBufferPointer { next in
        for index in range {
          let key = source[index]
          let bucket = Int(truncatingIfNeeded: (key &>> shift) & mask)
          target[next[bucket]] = key
          next[bucket] &+= 1
        }
      }
    }
    return ends
  }
}
