internal import CZlib
import CredenceFiles
import Foundation

/// Compression of array files by the system's zlib, on all cores.
enum DeflateCompression {
  /// Bytes that are compressed at a time; what repeats farther apart is not noticed, nor would the format notice it beyond 32 kB.
  private static let blockSize = 1 << 20

  /// Compresses a piece of a part of a ZIP archive.
  ///
  /// - Returns: DEFLATE blocks that end at a whole byte.
  /// - Throws: `FileError.unwritable` where memory does not suffice.
  static func compress(_ piece: Data) throws -> Data {
    let bytes = piece.startIndex == 0 ? piece : Data(piece)
    let parts = try parallelBlocks(count: bytes.count, blockSize: blockSize) { range in
      try part(bytes, range)
    }
    var result = Data(capacity: parts.reduce(0) { $0 + $1.count })
    for part in parts { result.append(part) }
    return result
  }

  /// zlib's own default, which NumPy takes, too.
  private static let level: Int32 = 6

  private static func part(_ bytes: Data, _ range: Range<Int>) throws -> Data {
    var output = Data(count: cz_part_bound(range.count))
    let count = output.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        cz_deflate_part(
          source.bindMemory(to: UInt8.self).baseAddress.map { $0 + range.lowerBound },
          range.count, target.bindMemory(to: UInt8.self).baseAddress, target.count, level)
      }
    }
    guard count > 0 else {
      throw FileError.unwritable(file: "", reason: "There is no memory for compression.")
    }
    return output.prefix(count)
  }
}
