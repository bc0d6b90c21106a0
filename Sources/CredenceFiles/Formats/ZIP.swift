package import Foundation

/// A ZIP archive, read through its central directory.
///
/// Every member is checked before anything is decompressed or allocated: names, positions, sizes, overlaps, compression
/// ratios. A stored member is a slice of the mapped file. Checksums are verified when a member is read.
package struct ZIP: Sendable {
  /// A file in the archive.
  package struct Member: Sendable {
    package let name: String
    package let isDeflated: Bool
    package let checksum: UInt32
    /// Bytes after decompression.
    package let size: Int
    /// Where its bytes stand in the archive, compressed or not.
    package let range: Range<Int>
  }

  package let members: [Member]
  package let file: String
  private let data: Data

  /// Compressed data can grow by no more than this factor, by the rules of DEFLATE.
  private static let greatestRatio = 1032
  /// Above this size a member must not be compressed better than `suspiciousRatio`.
  static let suspiciousSize = 1 << 30
  static let suspiciousRatio = 200

  /// Reads the directory of an archive.
  ///
  /// - Parameters:
  ///   - data: The whole archive, mapped or in memory.
  ///   - file: Its name in errors.
  /// - Throws: `FileError`.
  package init(_ data: Data, file: String) throws {
    self.data = data
    self.file = file
    members = try data.withUnsafeBytes { try ZIPDirectory(bytes: $0, file: file).members() }
  }

  /// The bytes of a member.
  ///
  /// - Parameters:
  ///   - member: One of this archive's.
  ///   - verifiesChecksum: Whether changed bytes are an error; some programs leave the checksum out.
  /// - Returns: A slice of the archive where the member is stored, else new memory.
  /// - Throws: `FileError`.
  package func contents(of member: Member, verifiesChecksum: Bool = true) throws -> Data {
    let stored = data[
      data.startIndex + member.range.lowerBound..<data.startIndex + member.range.upperBound]
    let contents =
      member.isDeflated ? try inflated(member, count: member.size, isWhole: true) : stored
    guard
      !verifiesChecksum || contents.withUnsafeBytes({ CRC32.checksum($0) }) == member.checksum
    else {
      throw FileError.checksumMismatch(file: file, member: member.name)
    }
    return contents
  }

  /// At most so many first bytes of a member, without its checksum.
  ///
  /// - Throws: `FileError`.
  package func prefix(of member: Member, count: Int) throws -> Data {
    let count = min(count, member.size)
    if member.isDeflated { return try inflated(member, count: count, isWhole: false) }
    let start = data.startIndex + member.range.lowerBound
    return data[start..<start + count]
  }

  private func inflated(_ member: Member, count: Int, isWhole: Bool) throws -> Data {
    let (output, written) = try OutputMemory.make(count, for: file) { output in
      try data.withUnsafeBytes { input in
        do throws(Inflate.Problem) {
          return try Inflate.decompress(
            UnsafeRawBufferPointer(rebasing: input[member.range]), into: output,
            stopsWhenFull: !isWhole)
        } catch {
          throw FileError.malformed(
            file: file, format: "ZIP", problem: "in the part ‘\(member.name)’, \(error.text)")
        }
      }
    }
    guard written == count else {
      throw FileError.truncated(
        file: file, what: "the part ‘\(member.name)’", expected: count, found: written)
    }
    return output
  }

  /// Why a member's sizes are those of a trap; `nil` where they are plausible.
  static func bombProblem(size: Int, compressedSize: Int) -> String? {
    let (limit, overflow) = compressedSize.multipliedReportingOverflow(by: greatestRatio)
    if !overflow, size > limit + greatestRatio {
      return "it announces \(size) bytes, more than \(compressedSize) compressed bytes can hold"
    }
    if size > suspiciousSize, size / suspiciousRatio > compressedSize {
      return "it would grow from \(compressedSize) to \(size) bytes"
    }
    return nil
  }

  /// Why a member's name could reach outside of a folder; `nil` where it can't.
  package static func nameProblem(_ name: String) -> String? {
    if name.isEmpty { return "it has no name" }
    if name.hasPrefix("/") || name.hasPrefix("\\") { return "its name is an absolute path" }
    if name.dropFirst().first == ":" { return "its name starts with a drive" }
    if name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..") {
      return "its name leads out of its folder"
    }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      return "its name has control characters"
    }
    return nil
  }
}
