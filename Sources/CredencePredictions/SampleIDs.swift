public import Foundation

/// The unique names of samples, kept as one block of UTF-8.
public struct SampleIDs: Sendable {
  private let bytes: Data
  private let offsets: [Int]

  /// Names from one block of text and where each name starts; one more offset than names.
  ///
  /// - Throws: `PredictionError.sizeMismatch` for offsets that fall or leave the block, `duplicateSampleID` for a name
  ///   that stands twice.
  public init(bytes: Data, offsets: [Int]) throws(PredictionError) {
    let rises = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    guard offsets.first == 0, offsets.last == bytes.count, rises else {
      throw .sizeMismatch(
        what: "The offsets of sample names", expected: bytes.count, found: offsets.last ?? -1)
    }
    self.bytes = bytes
    self.offsets = offsets
    var rowOf: [Data: Int] = Dictionary(minimumCapacity: offsets.count)
    for row in 0..<offsets.count - 1 {
      if let earlier = rowOf.updateValue(row, forKey: slice(row)) {
        throw .duplicateSampleID(id: self[row], row: row, earlierRow: earlier)
      }
    }
  }

  /// Names from strings.
  ///
  /// - Throws: `PredictionError.duplicateSampleID` for a name that stands twice.
  public init(_ names: [String]) throws(PredictionError) {
    var bytes = Data()
    var offsets = [0]
    for name in names {
      bytes.append(contentsOf: name.utf8)
      offsets.append(bytes.count)
    }
    try self.init(bytes: bytes, offsets: offsets)
  }

  /// The number of samples.
  public var count: Int { offsets.count - 1 }

  /// The name of a sample; bytes that are not UTF-8 are replaced by U+FFFD.
  public subscript(row: Int) -> String { String(decoding: slice(row), as: UTF8.self) }

  private func slice(_ row: Int) -> Data {
    bytes[bytes.startIndex + offsets[row]..<bytes.startIndex + offsets[row + 1]]
  }
}
