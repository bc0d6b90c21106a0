import Foundation

/// Sorts integer keys in ascending order, from the lowest digit to the highest, on all cores.
///
/// In each pass every chunk of keys counts its digits, the counts become places to write to, and every chunk
/// moves its keys there, so the outcome is the same for any number of chunks.
struct RadixSort<Key: FixedWidthInteger & UnsignedInteger & Sendable> {
  private let keys: UnsafeMutableBufferPointer<Key>
  private let scratch: UnsafeMutableBufferPointer<Key>
  private let lowestBit: Int
  private let digitWidth: Int
  private let passCount: Int
  private let chunkSize: Int

  /// Prepares a sort.
  ///
  /// - Parameters:
  ///   - keys: What to sort, in place.
  ///   - scratch: Memory for as many keys.
  ///   - varying: The bits to sort by: all in which two keys may differ, and that matter.
  init(
    keys: UnsafeMutableBufferPointer<Key>, scratch: UnsafeMutableBufferPointer<Key>, varying: Key
  ) {
    self.keys = keys
    self.scratch = scratch
    lowestBit = varying.trailingZeroBitCount
    let width = max(Key.bitWidth - varying.leadingZeroBitCount - lowestBit, 0)
    passCount = (width + 10) / 11
    digitWidth = passCount == 0 ? 0 : (width + passCount - 1) / passCount
    let cores = min(ProcessInfo.processInfo.activeProcessorCount, 16)
    let chunkCount = keys.count < 1 << 16 ? 1 : cores
    chunkSize = max((keys.count + chunkCount - 1) / chunkCount, 1)
  }

  func sort() {
    var (source, target) = (keys, scratch)
    for pass in 0..<passCount {
      move(from: source, to: target, shift: lowestBit + pass * digitWidth)
      swap(&source, &target)
    }
    if source.baseAddress != keys.baseAddress {
      _ = keys.update(fromContentsOf: source)
    }
  }

  private func move(
    from source: UnsafeMutableBufferPointer<Key>, to target: UnsafeMutableBufferPointer<Key>,
    shift: Int
  ) {
    nonisolated(unsafe) let source = source
    // Each chunk writes to its own places.
    nonisolated(unsafe) let target = target
    let shift = Key(truncatingIfNeeded: shift)
    let digitCount = 1 << digitWidth
    let mask = Key(truncatingIfNeeded: digitCount - 1)
    let chunkSize = chunkSize
    var places = parallelMap(count: source.count, blockSize: chunkSize) { range in
      [Int](unsafeUninitializedCapacity: digitCount) { counts, written in
        counts.initialize(repeating: 0)
        for index in range {
          counts[Int(truncatingIfNeeded: (source[index] &>> shift) & mask)] &+= 1
        }
        written = digitCount
      }
    }
    var place = 0
    for digit in 0..<digitCount {
      for chunk in places.indices {
        let count = places[chunk][digit]
        places[chunk][digit] = place
        place += count
      }
    }
    let starts = places
    _ = parallelMap(count: source.count, blockSize: chunkSize) { range in
      var next = starts[range.lowerBound / chunkSize]
      next.withUnsafeMutableBufferPointer { next in
        for index in range {
          let key = source[index]
          let digit = Int(truncatingIfNeeded: (key &>> shift) & mask)
          target[next[digit]] = key
          next[digit] &+= 1
        }
      }
    }
  }
}
