package import Foundation

/// Writes ZIP archives part by part, not compressed, so that they can be mapped, unless somebody compresses them.
///
/// Sizes beyond 4 GiB use the format's 64-bit fields. Parts start at multiples of 64 bytes: an extra field fills the gap.
struct ZIPWriter {
  private static let alignment = 64
  /// The mark of an extra field that only aligns, as other programs write it.
  private static let paddingField: UInt16 = 0xd935

  private struct Member {
    let name: [UInt8]
    let offset: Int
    let size: Int
    let isDeflated: Bool
    /// Bytes in the archive.
    var storedSize: Int
    var checksum: UInt32 = 0

    /// Whether sizes need 64 bits; compressed data may be a little longer than the data itself.
    var isWide: Bool { size >= (isDeflated ? 0xf000_0000 : 0xffff_ffff) }
  }

  private let file: AtomicFile
  private let compressor: ZIPCompressor?
  private var members: [Member] = []

  /// Starts an archive, which appears when it is finished.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - compressor: Compresses parts; `nil` stores them as they are.
  /// - Throws: `FileError.unwritable`.
  init(_ url: URL, compressor: ZIPCompressor? = nil) throws {
    file = try AtomicFile(url)
    self.compressor = compressor
  }

  /// Adds a part.
  ///
  /// - Parameters:
  ///   - name: Its name; readers refuse those that lead out of a folder.
  ///   - size: Its bytes.
  ///   - forEachPiece: Hands them out, piece by piece.
  /// - Throws: `FileError.unwritable`, also for a name that readers refuse.
  mutating func add(
    _ name: String, size: Int, _ forEachPiece: ((Data) throws -> Void) throws -> Void
  ) throws {
    // Readers refuse such names, and a name's length has 16 bits.
    if let problem = ZIP.nameProblem(name)
      ?? (name.utf8.count > 60_000 ? "it is too long" : nil)
    {
      throw FileError.unwritable(
        file: file.name, reason: "‘\(name.prefix(80))’ can't name a part: \(problem).")
    }
    var member = Member(
      name: Array(name.utf8), offset: file.count, size: size, isDeflated: compressor != nil,
      storedSize: size)
    try file.write(localHeader(member))
    let start = file.count
    var taken = 0
    try forEachPiece { piece in
      member.checksum = CRC32.joined(
        member.checksum, piece.withUnsafeBytes { CRC32.checksum($0) }, length: piece.count)
      taken += piece.count
      try file.write(compressor?(piece) ?? piece)
    }
    precondition(taken == member.size)
    if member.isDeflated { try file.write(Self.lastBlock) }
    member.storedSize = file.count - start
    // Only now are the checksum and the compressed size known.
    try file.replace(at: member.offset + 14, Self.bytes(member.checksum))
    if member.isWide {
      // Behind the fixed fields, the name, and the extra field's mark, length and first size.
      try file.replace(
        at: member.offset + 30 + member.name.count + 12, Self.bytes(UInt64(member.storedSize)))
    } else {
      try file.replace(at: member.offset + 18, Self.bytes(UInt32(member.storedSize)))
    }
    members.append(member)
  }

  /// Puts the archive in its place.
  ///
  /// - Throws: `FileError.unwritable`.
  func finish() throws {
    try writeDirectory()
    try file.finish()
  }

  /// An empty block that is marked as the last one.
  private static let lastBlock = Data([3, 0])

  // MARK: ZIP records

  private func localHeader(_ member: Member) -> Data {
    var extra = Data()
    if member.isWide {
      extra.append(Self.bytes(UInt16(1)) + Self.bytes(UInt16(16)))
      extra.append(Self.bytes(UInt64(member.size)) + Self.bytes(UInt64(member.storedSize)))
    }
    let unpadded = member.offset + 30 + member.name.count + extra.count + 4
    let padding = (Self.alignment - unpadded % Self.alignment) % Self.alignment
    extra.append(Self.bytes(Self.paddingField) + Self.bytes(UInt16(padding)))
    extra.append(Data(count: padding))

    var header = Self.bytes(UInt32(0x0403_4b50))
    header.append(commonFields(member))
    header.append(Self.bytes(UInt16(extra.count)))
    return header + Data(member.name) + extra
  }

  /// From the version needed to the length of the name, the same in both records of a member.
  private func commonFields(_ member: Member) -> Data {
    var fields = Self.bytes(UInt16(member.isWide ? 45 : 20))
    // Names are UTF-8; stored or deflated; midnight of the first day that the format knows.
    fields.append(Self.bytes(UInt16(0x0800)) + Self.bytes(UInt16(member.isDeflated ? 8 : 0)))
    fields.append(Self.bytes(UInt16(0)) + Self.bytes(UInt16(0x0021)))
    fields.append(Self.bytes(member.checksum))
    for size in [member.storedSize, member.size] {
      fields.append(Self.bytes(member.isWide ? UInt32.max : UInt32(size)))
    }
    fields.append(Self.bytes(UInt16(member.name.count)))
    return fields
  }

  private func writeDirectory() throws {
    let start = file.count
    for member in members {
      var extra = Data()
      if member.isWide {
        extra.append(Self.bytes(UInt64(member.size)) + Self.bytes(UInt64(member.storedSize)))
      }
      if member.offset >= 0xffff_ffff { extra.append(Self.bytes(UInt64(member.offset))) }
      if !extra.isEmpty {
        extra = Self.bytes(UInt16(1)) + Self.bytes(UInt16(extra.count)) + extra
      }
      var entry = Self.bytes(UInt32(0x0201_4b50)) + Self.bytes(UInt16(45))
      entry.append(commonFields(member))
      entry.append(Self.bytes(UInt16(extra.count)))
      entry.append(Data(count: 10))
      entry.append(Self.bytes(UInt32(clamping: member.offset)))
      try file.write(entry + Data(member.name) + extra)
    }
    let size = file.count - start
    let count = members.count
    if start >= 0xffff_ffff || size >= 0xffff_ffff || count >= 0xffff {
      let position = file.count
      var record = Self.bytes(UInt32(0x0606_4b50)) + Self.bytes(UInt64(44))
      record.append(Self.bytes(UInt16(45)) + Self.bytes(UInt16(45)) + Data(count: 8))
      record.append(Self.bytes(UInt64(count)) + Self.bytes(UInt64(count)))
      record.append(Self.bytes(UInt64(size)) + Self.bytes(UInt64(start)))
      record.append(Self.bytes(UInt32(0x0706_4b50)) + Data(count: 4))
      record.append(Self.bytes(UInt64(position)) + Self.bytes(UInt32(1)))
      try file.write(record)
    }
    var end = Self.bytes(UInt32(0x0605_4b50)) + Data(count: 4)
    end.append(Self.bytes(UInt16(clamping: count)) + Self.bytes(UInt16(clamping: count)))
    end.append(Self.bytes(UInt32(clamping: size)) + Self.bytes(UInt32(clamping: start)))
    end.append(Data(count: 2))
    try file.write(end)
  }

  private static func bytes(_ value: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }
}

/// Compresses a piece of a part: a run of DEFLATE blocks that ends at a whole byte, none of them marked as the last.
package typealias ZIPCompressor = (Data) throws -> Data
