package import Foundation

/// Decompresses gzip files of one part (RFC 1952).
package enum GZIP {
  /// Whether the bytes begin as such a file does.
  package static func isCompressed(_ data: Data) -> Bool {
    data.prefix(3).elementsEqual([0x1f, 0x8b, 8])
  }

  /// The content, of which length and checksum have been compared.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Throws: `FileError.malformed` for damaged data and for files of several parts.
  package static func decompressed(_ data: Data, file: String) throws -> Data {
    func malformed(_ problem: String) -> FileError {
      .malformed(file: file, format: "gzip", problem: problem)
    }
    guard let start = dataStart(data), data.count >= start + 8 else {
      throw malformed("it is cut short")
    }
    let (checksum, length) = data.withUnsafeBytes { bytes in
      (
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: data.count - 8, as: UInt32.self)),
        Int(
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: data.count - 4, as: UInt32.self))
        )
      )
    }
    // DEFLATE can't shrink more than this.
    guard length <= 1040 * data.count else {
      throw malformed("it announces \(length) bytes, which \(data.count) can't hold")
    }
    do {
      let (output, written) = try OutputMemory.make(max(length, 1), for: file) { memory in
        try data.withUnsafeBytes { bytes in
          try Inflate.decompress(
            UnsafeRawBufferPointer(rebasing: bytes[start..<(bytes.count - 8)]),
            into: UnsafeMutableRawBufferPointer(rebasing: memory[..<length]))
        }
      }
      guard written == length else {
        throw malformed("it holds \(written) bytes and announces \(length)")
      }
      let content = output.prefix(length)
      guard content.withUnsafeBytes({ CRC32.checksum($0) }) == checksum else {
        throw malformed("its bytes do not match their checksum")
      }
      return content
    } catch is Inflate.Problem {
      throw malformed("its compressed data are damaged, or are of more than one part")
    }
  }

  /// The first bytes of the content; fewer where it is shorter or damaged.
  package static func start(of data: Data, count: Int) -> [UInt8] {
    guard let start = dataStart(data) else { return [] }
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled = data.withUnsafeBytes { bytes in
        (try? Inflate.decompress(
          UnsafeRawBufferPointer(rebasing: bytes[start...]),
          into: UnsafeMutableRawBufferPointer(buffer), stopsWhenFull: true)) ?? 0
      }
    }
  }

  /// Where the compressed data start, after the header's optional parts.
  private static func dataStart(_ data: Data) -> Int? {
    data.withUnsafeBytes { bytes in
      guard bytes.count >= 10 else { return nil }
      let flags = bytes[3]
      var position = 10
      if flags & 4 != 0 {
        guard bytes.count >= position + 2 else { return nil }
        position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
      }
      // The file's name and a comment.
      for flag: UInt8 in [8, 16] where flags & flag != 0 {
        while position < bytes.count, bytes[position] != 0 { position += 1 }
        position += 1
      }
      if flags & 2 != 0 { position += 2 }
      return position <= bytes.count ? position : nil
    }
  }
}
