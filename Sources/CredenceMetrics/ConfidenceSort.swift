import Foundation

/// A floating-point type whose bits sort as integers.
protocol SortableConfidence: BinaryFloatingPoint, Sendable {
  associatedtype Key: FixedWidthInteger & UnsignedInteger & Sendable

  /// The bits without the sign: they grow with the magnitude.
  var magnitudeBits: Key { get }

  /// The positive number of these bits.
  init(magnitudeBits: Key)
}

extension Float: SortableConfidence {
  var magnitudeBits: UInt32 { bitPattern & 0x7fff_ffff }
  init(magnitudeBits: UInt32) { self.init(bitPattern: magnitudeBits) }
}

extension Double: SortableConfidence {
  var magnitudeBits: UInt64 { bitPattern & 0x7fff_ffff_ffff_ffff }
  init(magnitudeBits: UInt64) { self.init(bitPattern: magnitudeBits) }
}

/// Sorts confidences from high to low and gathers equal ones, the costly step behind `ScoredOutcomes`.
///
/// A key is a confidence's bits without the sign, shifted left by one to make room for a bit that says whether
/// the prediction was wrong. Non-negative confidences (−0 among them) stand before negative ones; within
/// either part ascending keys mean falling confidence. Each part goes through a radix sort from its lowest
/// to its highest digit, on all cores; digits in which no two keys differ are skipped.
struct ConfidenceSort<Scalar: SortableConfidence> {
  typealias Key = Scalar.Key

  /// One tie group after the other.
  struct Groups {
    var thresholds: [Double]
    var counts: [Int32]
    var errorCounts: [Int32]
  }

  /// The largest magnitude; subtracting from it reverses the order of the non-negative part.
  private static var top: Key { Key.max >> 1 }

  private let confidences: UnsafeBufferPointer<Scalar>
  private let isCorrect: UnsafeBufferPointer<Bool>
  private let chunkSize: Int
  private let chunkCount: Int

  init(_ confidences: UnsafeBufferPointer<Scalar>, _ isCorrect: UnsafeBufferPointer<Bool>) {
    self.confidences = confidences
    self.isCorrect = isCorrect
    let cores = min(ProcessInfo.processInfo.activeProcessorCount, 16)
    chunkCount = confidences.count < 1 << 16 ? 1 : cores
    chunkSize = max((confidences.count + chunkCount - 1) / chunkCount, 1)
  }

  func groups() throws(MetricError) -> Groups {
    let surveys = survey()
    if let row = surveys.lazy.compactMap(\.notFiniteRow).first { throw .notFinite(row: row) }
    let negativeCount = surveys.reduce(0) { $0 + $1.negativeCount }
    let varying = surveys.reduce(Key(0)) { $0 | $1.varying }
    let count = confidences.count
    let keys = UnsafeMutableBufferPointer<Key>.allocate(capacity: count)
    defer { keys.deallocate() }
    writeKeys(to: keys, surveys: surveys, positiveCount: count - negativeCount)
    do {
      let scratch = UnsafeMutableBufferPointer<Key>.allocate(capacity: count)
      defer { scratch.deallocate() }
      let boundary = count - negativeCount
      for part in [0..<boundary, boundary..<count] where !part.isEmpty {
        RadixSort(
          keys: .init(rebasing: keys[part]), scratch: .init(rebasing: scratch[part]),
          varying: varying << 1
        ).sort()
      }
    }
    return gather(keys, positiveCount: count - negativeCount)
  }

  // MARK: Keys

  private struct Survey: Sendable {
    var negativeCount = 0
    /// Bits in which some magnitude differs from the first one.
    var varying = Key(0)
    var notFiniteRow: Int?
  }

  private func survey() -> [Survey] {
    nonisolated(unsafe) let confidences = confidences
    let infinity = Scalar.infinity.magnitudeBits
    let first = confidences[0].magnitudeBits
    return parallelMap(count: confidences.count, blockSize: chunkSize) { rows in
      var survey = Survey()
      var largest = Key(0)
      for row in rows {
        let bits = confidences[row].magnitudeBits
        survey.varying |= bits ^ first
        largest = max(largest, bits)
        survey.negativeCount &+= confidences[row] < 0 ? 1 : 0
      }
      if largest >= infinity { survey.notFiniteRow = rows.first { !confidences[$0].isFinite } }
      return survey
    }
  }

  private func writeKeys(
    to keys: UnsafeMutableBufferPointer<Key>, surveys: [Survey], positiveCount: Int
  ) {
    nonisolated(unsafe) let confidences = confidences
    nonisolated(unsafe) let isCorrect = isCorrect
    // Each chunk writes its own two ranges.
    nonisolated(unsafe) let keys = keys
    let chunkSize = chunkSize
    let top = Self.top
    _ = parallelMap(count: confidences.count, blockSize: chunkSize) { rows in
      let earlier = surveys[..<(rows.lowerBound / chunkSize)].reduce(0) { $0 + $1.negativeCount }
      var positive = rows.lowerBound - earlier
      var negative = positiveCount + earlier
      for row in rows {
        let bits = confidences[row].magnitudeBits
        let wrong: Key = isCorrect[row] ? 0 : 1
        if confidences[row] < 0 {
          keys[negative] = bits << 1 | wrong
          negative &+= 1
        } else {
          keys[positive] = (top ^ bits) << 1 | wrong
          positive &+= 1
        }
      }
    }
  }

  // MARK: Groups

  /// Walks over the sorted keys twice: to count the groups, then to write them.
  private func gather(_ keys: UnsafeMutableBufferPointer<Key>, positiveCount: Int) -> Groups {
    let parts = [
      GroupWriter<Scalar>(UnsafeBufferPointer(rebasing: keys[..<positiveCount]), isNegative: false),
      GroupWriter<Scalar>(UnsafeBufferPointer(rebasing: keys[positiveCount...]), isNegative: true),
    ].flatMap { $0.split(chunkSize: chunkSize) }
    let sizes = parallelMap(count: parts.count, blockSize: 1) { parts[$0.lowerBound].groupCount }
    let starts = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let groupCount = starts[parts.count]
    var groups = Groups(thresholds: [], counts: [], errorCounts: [])
    groups.thresholds = [Double](unsafeUninitializedCapacity: groupCount) { thresholds, written in
      groups.counts = [Int32](unsafeUninitializedCapacity: groupCount) { counts, written in
        groups.errorCounts = [Int32](unsafeUninitializedCapacity: groupCount) { errors, written in
          // Each part writes its own groups.
          nonisolated(unsafe) let buffers = (thresholds, counts, errors)
          _ = parallelMap(count: parts.count, blockSize: 1) { part in
            let range = starts[part.lowerBound]..<starts[part.upperBound]
            parts[part.lowerBound].write(
              to: .init(rebasing: buffers.0[range]), .init(rebasing: buffers.1[range]),
              .init(rebasing: buffers.2[range]))
          }
          written = groupCount
        }
        written = groupCount
      }
      written = groupCount
    }
    return groups
  }
}

/// Makes groups of sorted keys of one sign.
private struct GroupWriter<Scalar: SortableConfidence>: @unchecked Sendable {
  // Unchecked for the pointer: the keys outlive the writer and are only read.
  private let keys: UnsafeBufferPointer<Scalar.Key>
  private let isNegative: Bool

  init(_ keys: UnsafeBufferPointer<Scalar.Key>, isNegative: Bool) {
    self.keys = keys
    self.isNegative = isNegative
  }

  /// Parts that no group reaches across.
  func split(chunkSize: Int) -> [GroupWriter] {
    var parts: [GroupWriter] = []
    var start = 0
    while start < keys.count {
      var end = min(start + chunkSize, keys.count)
      while end < keys.count, keys[end] >> 1 == keys[end - 1] >> 1 { end += 1 }
      parts.append(GroupWriter(.init(rebasing: keys[start..<end]), isNegative: isNegative))
      start = end
    }
    return parts
  }

  var groupCount: Int {
    var count = 1
    for index in 1..<keys.count {
      count &+= keys[index] ^ keys[index &- 1] > 1 ? 1 : 0
    }
    return count
  }

  /// Writes the groups, without branches: a group's numbers are written anew with each of its keys.
  func write(
    to thresholds: UnsafeMutableBufferPointer<Double>,
    _ counts: UnsafeMutableBufferPointer<Int32>, _ errorCounts: UnsafeMutableBufferPointer<Int32>
  ) {
    let reversal = isNegative ? 0 : Scalar.Key.max >> 1
    let sign: Double = isNegative ? -1 : 1
    var (group, start, errors) = (-1, 0, 0)
    var previous = keys[0] ^ 2
    for index in keys.indices {
      let key = keys[index]
      let isStart = key ^ previous > 1
      group &+= isStart ? 1 : 0
      start = isStart ? index : start
      errors = (isStart ? 0 : errors) &+ Int(truncatingIfNeeded: key & 1)
      thresholds[group] = sign * Double(Scalar(magnitudeBits: key >> 1 ^ reversal))
      counts[group] = Int32(truncatingIfNeeded: index &- start &+ 1)
      errorCounts[group] = Int32(truncatingIfNeeded: errors)
      previous = key
    }
  }
}
