public import Foundation

/// The unique names of samples, kept as one block of UTF-8 with an index.
public struct SampleIDs: Sendable {
  private let bytes: Data
  private let offsets: [Int]
  /// Rows by hash of their name, in open addressing; −1 marks a free slot.
  ///
  /// A power of two long, at most half full.
  private let slots: [Int32]

  /// Names from one block of text and where each name starts; one more offset than names.
  ///
  /// - Throws: `PredictionError.sizeMismatch` for offsets that fall or leave the block, `duplicateSampleID` for a name
  ///   that stands twice.
  public init(bytes: Data, offsets: [Int]) throws(PredictionError) {
    let rises = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    guard offsets.first == 0, offsets.last == bytes.count, rises, offsets.count < 1 << 31 else {
      throw .sizeMismatch(
        what: "The offsets of sample names", expected: bytes.count, found: offsets.last ?? -1)
    }
    self.bytes = bytes
    self.offsets = offsets
    let count = offsets.count - 1
    var capacity = 2
    while capacity < 2 * count { capacity *= 2 }
    var slots = [Int32](repeating: -1, count: capacity)
    let duplicate = bytes.withUnsafeBytes { text -> (Int, Int)? in
      for row in 0..<count {
        let name = UnsafeRawBufferPointer(rebasing: text[offsets[row]..<offsets[row + 1]])
        let slot = Self.slot(of: name, in: slots, text, offsets)
        if slots[slot] >= 0 { return (row, Int(slots[slot])) }
        slots[slot] = Int32(row)
      }
      return nil
    }
    self.slots = slots
    if let (row, earlier) = duplicate {
      throw .duplicateSampleID(id: self[row], row: row, earlierRow: earlier)
    }
  }

  /// Names from strings.
  ///
  /// - Throws: `PredictionError.duplicateSampleID` for a name that stands twice.
  public init(_ names: [String]) throws(PredictionError) {
    var bytes: [UInt8] = []
    var offsets = [0]
    for name in names {
      bytes.append(contentsOf: name.utf8)
      offsets.append(bytes.count)
    }
    try self.init(bytes: Data(bytes), offsets: offsets)
  }

  /// The number of samples.
  public var count: Int { offsets.count - 1 }

  /// The name of a sample; bytes that are not UTF-8 are replaced by U+FFFD.
  public subscript(row: Int) -> String {
    String(
      decoding: bytes[bytes.startIndex + offsets[row]..<bytes.startIndex + offsets[row + 1]],
      as: UTF8.self)
  }

  /// The row of a name; `nil` where no sample is called so.
  public func row(of name: String) -> Int? {
    var name = name
    return name.withUTF8 { row(of: UnsafeRawBufferPointer($0)) }
  }

  /// The row that is called like a row of other samples; `nil` where none is.
  public func row(of otherRow: Int, in other: SampleIDs) -> Int? {
    other.bytes.withUnsafeBytes { text in
      row(
        of: UnsafeRawBufferPointer(
          rebasing: text[other.offsets[otherRow]..<other.offsets[otherRow + 1]]))
    }
  }

  /// The names as stored: one block of UTF-8, and where each starts.
  var storage: (bytes: Data, offsets: [Int]) { (bytes, offsets) }

  private func row(of name: UnsafeRawBufferPointer) -> Int? {
    bytes.withUnsafeBytes { text in
      let row = slots[Self.slot(of: name, in: slots, text, offsets)]
      return row >= 0 ? Int(row) : nil
    }
  }

  /// The slot that holds a name, or the free one where it belongs.
  private static func slot(
    of name: UnsafeRawBufferPointer, in slots: [Int32], _ text: UnsafeRawBufferPointer,
    _ offsets: [Int]
  ) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: name)
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] >= 0 {
      let row = Int(slots[slot])
      let other = text[offsets[row]..<offsets[row + 1]]
      if other.count == name.count, other.elementsEqual(name) { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }
}
