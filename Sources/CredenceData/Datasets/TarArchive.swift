import Foundation

/// The files of a tar archive that is in memory or mapped: ustar, GNU and pax.
struct TarArchive {
  /// A regular file of the archive.
  struct Member: Hashable {
    let path: String
    /// Where its bytes are in the archive.
    let range: Range<Int>
  }

  let members: [Member]

  private static let blockSize = 512
  /// The longest name that is read.
  private static let longestName = 1 << 16

  /// Reads the index of an archive.
  ///
  /// - Parameters:
  ///   - data: The whole archive.
  ///   - file: Its name in errors.
  /// - Throws: `DatasetError.malformed` for damaged headers, and for members cut short.
  init(_ data: Data, file: String) throws(DatasetError) {
    let result = data.withUnsafeBytes { bytes in
      Result { () throws(DatasetError) in try Self.members(bytes, file) }
    }
    members = try result.get()
  }

  private static func members(
    _ bytes: UnsafeRawBufferPointer, _ file: String
  ) throws(DatasetError) -> [Member] {
    func malformed(_ problem: String) -> DatasetError {
      .malformed(file: file, format: "tar", problem: problem)
    }
    var members: [Member] = []
    var position = 0
    // What an extension header says of the next member.
    var longPath: String?
    var longSize: Int?
    while position + blockSize <= bytes.count {
      let header = UnsafeRawBufferPointer(rebasing: bytes[position..<position + blockSize])
      if header.allSatisfy({ $0 == 0 }) { break }
      guard hasCorrectChecksum(header), let shortSize = number(header, 124..<136) else {
        throw malformed("the header at byte \(position) is damaged")
      }
      let size = longSize ?? shortSize
      let start = position + blockSize
      guard size <= bytes.count - start else {
        throw malformed("the part at byte \(position) is cut short")
      }
      let content = start..<start + size
      let padding = (blockSize - size % blockSize) % blockSize
      position = min(content.upperBound + padding, bytes.count)
      switch header[156] {
      case UInt8(ascii: "L"):
        guard size <= longestName else { throw malformed("a name has \(size) bytes") }
        longPath = text(bytes, content)
      case UInt8(ascii: "x"):
        guard size <= 1 << 20 else { throw malformed("an extended header has \(size) bytes") }
        let properties = properties(UnsafeRawBufferPointer(rebasing: bytes[content]))
        longPath = properties["path"] ?? longPath
        longSize = properties["size"].flatMap { Int($0) }
        if let longSize, longSize < 0 { throw malformed("a part has a negative size") }
      case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
        members.append(Member(path: longPath ?? path(header), range: content))
        (longPath, longSize) = (nil, nil)
      default:
        // Global headers say nothing of single files; folders and links hold none.
        if header[156] != UInt8(ascii: "g"), header[156] != UInt8(ascii: "K") {
          (longPath, longSize) = (nil, nil)
        }
      }
    }
    return members
  }

  /// The sum of the header's bytes, its own field counted as spaces.
  private static func hasCorrectChecksum(_ header: UnsafeRawBufferPointer) -> Bool {
    var sum = 0
    for index in 0..<blockSize {
      sum += 148..<156 ~= index ? 0x20 : Int(header[index])
    }
    return number(header, 148..<156) == sum
  }

  /// A number in octal digits, or in GNU's binary form for what they can't hold.
  private static func number(_ header: UnsafeRawBufferPointer, _ field: Range<Int>) -> Int? {
    if header[field.lowerBound] & 0x80 != 0 {
      var value = Int(header[field.lowerBound] & 0x7f)
      for index in field.dropFirst() {
        guard value < 1 << 54 else { return nil }
        value = value << 8 | Int(header[index])
      }
      return value
    }
    var value = 0
    for index in field {
      let byte = header[index]
      if byte == 0 || byte == 0x20 {
        if value == 0 { continue }
        break
      }
      guard 0x30...0x37 ~= byte, value < 1 << 58 else { return nil }
      value = value << 3 | Int(byte - 0x30)
    }
    return value
  }

  private static func path(_ header: UnsafeRawBufferPointer) -> String {
    let name = text(header, 0..<100)
    let isUstar = header[257..<262].elementsEqual("ustar".utf8) && header[262] == 0
    let prefix = isUstar ? text(header, 345..<500) : ""
    return prefix.isEmpty ? name : "\(prefix)/\(name)"
  }

  /// Text up to the first zero byte.
  private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The lines `LENGTH KEY=VALUE` of an extended header.
  private static func properties(_ bytes: UnsafeRawBufferPointer) -> [String: String] {
    var properties: [String: String] = [:]
    var rest = bytes[...]
    while let space = rest.firstIndex(of: 0x20),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
      length > space - rest.startIndex, length <= rest.count
    {
      let line = rest[(space + 1)..<(rest.startIndex + length)].dropLast()
      if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
        properties[String(decoding: line[..<equals], as: UTF8.self)] =
          String(decoding: line[(equals + 1)...], as: UTF8.self)
      }
      rest = rest.dropFirst(length)
    }
    return properties
  }
}
