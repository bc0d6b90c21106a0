import CredenceFiles
import Foundation

/// The bytes of whole files, gzip-compressed ones decompressed.
enum FileContent {
  /// Maps a file, or decompresses it into memory or a temporary file.
  ///
  /// - Throws: `DatasetError.unreadable`, or `malformed` for damaged compressed data.
  static func bytes(of path: String) throws(DatasetError) -> Data {
    let data = try stored(path)
    return data.prefix(3).elementsEqual([0x1f, 0x8b, 8]) ? try inflated(data, path) : data
  }

  /// Maps a file as it is.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func stored(_ path: String) throws(DatasetError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue
    else {
      throw .unreadable(
        path: path, reason: isFolder.boolValue ? "It is a folder." : "There is no such file.")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .unreadable(path: path, reason: "\(error.localizedDescription)")
    }
  }

  /// The first bytes of a file, decompressed; fewer where it is shorter.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func start(of path: String, count: Int) throws(DatasetError) -> [UInt8] {
    let data = try stored(path)
    guard data.prefix(3).elementsEqual([0x1f, 0x8b, 8]) else { return [UInt8](data.prefix(count)) }
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

  /// How many times larger than in the file the bytes may become; photographs and digits grow less than tenfold, texts less than a hundred.
  private static let greatestGrowth = 100
  /// The size up to which it does not matter.
  private static let harmlessSize = 64 << 20

  /// Decompresses one gzip member (RFC 1952) and checks its length and checksum.
  private static func inflated(_ data: Data, _ path: String) throws(DatasetError) -> Data {
    func malformed(_ problem: String) -> DatasetError {
      .malformed(file: path, format: "gzip", problem: problem)
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
    // A few bytes may stand for gigabytes: what they will be is asked before there is memory for them.
    if let promised = IDX.size(promisedBy: try Self.start(of: path, count: 1024)),
      promised != length
    {
      throw .malformed(
        file: path, format: "IDX", problem: "it promises \(promised) bytes and holds \(length)")
    }
    guard length <= greatestGrowth * data.count || length <= harmlessSize else {
      throw .unsupported(
        path: path,
        what:
          "\(data.count) compressed bytes that announce \(length), more than \(greatestGrowth) times as many",
        instead: "No published data set shrinks so far. If you trust the file, unpack it first.")
    }
    do {
      let (output, written) = try OutputMemory.make(max(length, 1), for: path) { memory in
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
    } catch let error as DatasetError {
      throw error
    } catch is Inflate.Problem {
      throw malformed("its compressed data are damaged, or are of more than one part")
    } catch {
      throw .unreadable(path: path, reason: "\(error.localizedDescription)")
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
