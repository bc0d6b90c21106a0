import Foundation

/// The directory at the end of a ZIP archive, with its 64-bit forms.
struct ZIPDirectory {
  let bytes: UnsafeRawBufferPointer
  let file: String

  private static let endSignature: UInt32 = 0x0605_4b50
  private static let end64Signature: UInt32 = 0x0606_4b50
  private static let locator64Signature: UInt32 = 0x0706_4b50
  private static let entrySignature: UInt32 = 0x0201_4b50
  private static let localSignature: UInt32 = 0x0403_4b50

  /// One entry as it stands, before the local header has been compared.
  private struct Entry {
    let name: String
    let rawName: Range<Int>
    let method: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  /// All members, checked, in the order of the directory.
  ///
  /// - Throws: `FileError`.
  func members() throws(FileError) -> [ZIP.Member] {
    let (offset, end, count) = try location()
    var position = offset
    var members: [ZIP.Member] = []
    var names: Set<String> = []
    // Where each member's header and data stand.
    var spans: [(range: Range<Int>, name: String)] = []
    for _ in 0..<count {
      let entry = try entry(at: &position, end: end)
      // A folder holds nothing.
      if entry.name.hasSuffix("/"), entry.size == 0, ZIP.nameProblem(entry.name) == nil { continue }
      if let problem = ZIP.nameProblem(entry.name) {
        throw .unsafeArchive(file: file, member: entry.name, problem: problem)
      }
      guard names.insert(entry.name).inserted else {
        throw .unsafeArchive(file: file, member: entry.name, problem: "its name stands twice")
      }
      let member = try member(entry, directoryOffset: offset)
      spans.append((entry.headerOffset..<member.range.upperBound, entry.name))
      members.append(member)
    }
    guard position == end else {
      throw malformed("its directory is longer than its \(count) entries")
    }
    spans.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (first, second) in zip(spans, spans.dropFirst())
    where first.range.upperBound > second.range.lowerBound {
      throw .unsafeArchive(
        file: file, member: second.name, problem: "it overlaps the part ‘\(first.name)’")
    }
    return members
  }

  // MARK: The end of the archive

  /// Where the directory starts and ends, and its number of entries.
  private func location() throws(FileError) -> (offset: Int, end: Int, count: Int) {
    guard let record = endRecord() else {
      if bytes.count < 4 || uint32(0) != Self.localSignature && uint32(0) != Self.endSignature {
        throw malformed("it does not start with the mark of that format")
      }
      throw .truncated(
        file: file, what: "the directory at the end", expected: bytes.count + 22, found: bytes.count
      )
    }
    guard uint16(record + 4) == uint16(record + 6) else { throw volumes() }
    var count = UInt64(uint16(record + 10))
    var size = UInt64(uint32(record + 12))
    var offset = UInt64(uint32(record + 16))
    var limit = record
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff,
      record >= 20, uint32(record - 20) == Self.locator64Signature
    {
      let position = uint64(record - 12)
      guard position <= UInt64(record - 20), record - 20 - Int(position) >= 56,
        uint32(Int(position)) == Self.end64Signature
      else { throw malformed("its 64-bit directory record is not where it should be") }
      limit = Int(position)
      guard uint32(limit + 16) == uint32(limit + 20) else { throw volumes() }
      count = uint64(limit + 32)
      size = uint64(limit + 40)
      offset = uint64(limit + 48)
    }
    let (end, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, end <= UInt64(limit) else {
      throw malformed("its directory lies outside of it")
    }
    // An entry takes 46 bytes at least: a wrong count must not make the loop long.
    guard count <= size / 46 else {
      throw malformed("its directory is too short for \(count) entries")
    }
    return (Int(offset), Int(end), Int(count))
  }

  /// The position of the last record; a comment of up to 65535 bytes may follow it.
  private func endRecord() -> Int? {
    guard bytes.count >= 22 else { return nil }
    var position = bytes.count - 22
    let first = max(0, position - 65_535)
    while position >= first {
      if uint32(position) == Self.endSignature,
        position + 22 + Int(uint16(position + 20)) == bytes.count
      {
        return position
      }
      position -= 1
    }
    return nil
  }

  // MARK: Entries

  private func entry(
    at position: inout Int, end: Int
  ) throws(FileError) -> Entry {
    guard position + 46 <= end, uint32(position) == Self.entrySignature else {
      throw malformed("its directory is damaged at byte \(position)")
    }
    let nameLength = Int(uint16(position + 28))
    let extraLength = Int(uint16(position + 30))
    let commentLength = Int(uint16(position + 32))
    let nameStart = position + 46
    let extraStart = nameStart + nameLength
    let next = extraStart + extraLength + commentLength
    guard next <= end else { throw malformed("its directory is damaged at byte \(position)") }
    let rawName = nameStart..<extraStart
    let name = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[rawName]), as: UTF8.self)
    if uint16(position + 8) & 0x2041 != 0 {
      throw .unsupported(
        file: file, what: "the encrypted part ‘\(name)’", instead: "Write it without a password.")
    }

    var size = UInt64(uint32(position + 24))
    var compressedSize = UInt64(uint32(position + 20))
    var headerOffset = UInt64(uint32(position + 42))
    if size == 0xffff_ffff || compressedSize == 0xffff_ffff || headerOffset == 0xffff_ffff,
      let fields = extra64(extraStart..<extraStart + extraLength)
    {
      var field = fields.lowerBound
      // The field holds those of the three that do not fit, in this order.
      func wide(_ value: inout UInt64) throws(FileError) {
        guard value == 0xffff_ffff else { return }
        guard field + 8 <= fields.upperBound else {
          throw malformed("the 64-bit sizes of the part ‘\(name)’ are incomplete")
        }
        value = uint64(field)
        field += 8
      }
      try wide(&size)
      try wide(&compressedSize)
      try wide(&headerOffset)
    }
    guard let size = Int(exactly: size), let compressedSize = Int(exactly: compressedSize),
      let headerOffset = Int(exactly: headerOffset)
    else { throw malformed("the part ‘\(name)’ is larger than any memory") }
    let entry = Entry(
      name: name, rawName: rawName, method: uint16(position + 10),
      checksum: uint32(position + 16), compressedSize: compressedSize, size: size,
      headerOffset: headerOffset)
    position = next
    return entry
  }

  /// The content of the extra field with the 64-bit sizes.
  private func extra64(_ range: Range<Int>) -> Range<Int>? {
    var position = range.lowerBound
    while position + 4 <= range.upperBound {
      let end = position + 4 + Int(uint16(position + 2))
      guard end <= range.upperBound else { return nil }
      if uint16(position) == 1 { return position + 4..<end }
      position = end
    }
    return nil
  }

  private func member(
    _ entry: Entry, directoryOffset: Int
  ) throws(FileError) -> ZIP.Member {
    let name = entry.name
    guard entry.method == 0 || entry.method == 8 else {
      throw .unsupported(
        file: file, what: "the part ‘\(name)’, compressed by \(Self.methodName(entry.method))",
        instead: "Write it with np.savez or np.savez_compressed.")
    }
    let header = entry.headerOffset
    guard header <= directoryOffset - 30, uint32(header) == Self.localSignature else {
      throw malformed("the part ‘\(name)’ is not where the directory says")
    }
    let nameEnd = header + 30 + Int(uint16(header + 26))
    let start = nameEnd + Int(uint16(header + 28))
    guard start <= directoryOffset, uint16(header + 8) == entry.method,
      bytes[header + 30..<nameEnd].elementsEqual(bytes[entry.rawName])
    else { throw malformed("the part ‘\(name)’ is described in two different ways") }
    guard entry.compressedSize <= directoryOffset - start else {
      throw .truncated(
        file: file, what: "the part ‘\(name)’",
        expected: start.addingReportingOverflow(entry.compressedSize).partialValue,
        found: directoryOffset)
    }
    if entry.method == 0 {
      guard entry.size == entry.compressedSize else {
        throw malformed("the stored part ‘\(name)’ has two different sizes")
      }
    } else if let problem = ZIP.bombProblem(
      size: entry.size, compressedSize: entry.compressedSize)
    {
      throw .unsafeArchive(file: file, member: name, problem: problem)
    }
    return ZIP.Member(
      name: name, isDeflated: entry.method == 8, checksum: entry.checksum, size: entry.size,
      range: start..<start + entry.compressedSize)
  }

  private static func methodName(_ method: UInt16) -> String {
    let names: [UInt16: String] = [
      1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 20: "Zstandard",
      93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd", 99: "AES encryption",
    ]
    return names[method] ?? "method \(method)"
  }

  // MARK: Little-endian fields, within the bytes by the callers' checks

  private func uint16(_ position: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self))
  }

  private func uint32(_ position: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
  }

  private func uint64(_ position: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  private func malformed(_ problem: String) -> FileError {
    .malformed(file: file, format: "ZIP", problem: problem)
  }

  private func volumes() -> FileError {
    .unsupported(
      file: file, what: "one volume of an archive in several", instead: "Write it as one file.")
  }
}
