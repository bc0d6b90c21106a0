import Foundation
private import Synchronization

/// A tensor of a checkpoint, whose numbers are read when asked for.
public struct CheckpointTensor: Sendable {
  /// The lengths of the dimensions; empty for a single number.
  public let shape: [Int]
  public let element: StoredArray.Element
  let storage: CheckpointStorage
  /// Where its first number stands, counted in numbers of this tensor's format.
  let offset: Int
  /// Numbers between neighbors along each dimension.
  let strides: [Int]

  /// Bytes of all entries.
  public var byteCount: Int { shape.reduce(element.size, *) }

  /// Whether the numbers follow one another, so that reading copies nothing.
  var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape, strides).reversed() where length != 1 {
      guard stride == expected else { return false }
      expected *= length
    }
    return !storage.isBigEndian || element.size == 1
  }

  /// The numbers, little-endian and with the last dimension changing fastest: a part of the mapped file where they stand so.
  ///
  /// - Throws: `FileError` for damaged data.
  public func array() throws -> StoredArray {
    guard byteCount > 0 else { return StoredArray(shape: shape, element: element, bytes: Data()) }
    let bytes = try storage.bytes()
    let size = element.size
    if isContiguous {
      let start = bytes.startIndex + offset * size
      return StoredArray(shape: shape, element: element, bytes: bytes[start..<start + byteCount])
    }
    return StoredArray(
      shape: shape, element: element,
      bytes: StridedBytes.gathered(
        from: bytes, offset: offset * size, shape: shape, strides: strides.map { $0 * size },
        size: size, isSwapped: storage.isBigEndian))
  }
}

/// A block of numbers that one tensor or several share.
final class CheckpointStorage: Sendable {
  /// Where the block stands.
  enum Place: Sendable {
    /// In memory or in the mapped file.
    case data(Data)
    case member(ZIP, ZIP.Member, verifiesChecksum: Bool)
  }

  let isBigEndian: Bool
  private let place: Place
  /// What has been decompressed and verified.
  private let loaded = Mutex<Data?>(nil)

  init(_ place: Place, isBigEndian: Bool) {
    self.place = place
    self.isBigEndian = isBigEndian
  }

  func bytes() throws -> Data {
    switch place {
    case .data(let data): return data
    case .member(let archive, let member, let verifies):
      return try loaded.withLock { loaded in
        if let loaded { return loaded }
        let bytes = try archive.contents(of: member, verifiesChecksum: verifies)
        loaded = bytes
        return bytes
      }
    }
  }
}
