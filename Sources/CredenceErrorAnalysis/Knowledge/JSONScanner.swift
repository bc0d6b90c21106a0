import CredenceFiles
import Foundation

/// Reads parts of a JSON file of any size without holding the rest: `human_accuracy_v3.0.0.json` has 200 MB, of which a hundredth is needed.
struct JSONScanner {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private(set) var position = 0

  /// Nothing of what is read here nests deeper.
  private static let deepest = 64

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  func problem(_ expected: String) -> FileError {
    .malformed(
      file: file, format: "JSON",
      problem: position < bytes.count
        ? "\(expected) must stand at byte \(position)" : "it ends where \(expected) must stand")
  }

  /// The next byte that is no white space, which stays unread.
  private mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FileError) {
    guard take(character) else { throw problem("‘\(character)’") }
  }

  /// Walks over the members of an object; the body must read or skip each value.
  mutating func object(_ body: (String, inout Self) throws -> Void) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try body(key, &self)
    } while take(",")
    try expect("}")
  }

  /// Walks over the elements of a list; the body must read or skip each.
  mutating func list(_ body: (inout Self) throws -> Void) throws {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  /// A list of texts.
  mutating func strings() throws -> [String] {
    var strings: [String] = []
    try list { strings.append(try $0.string()) }
    return strings
  }

  /// A text.
  mutating func string() throws(FileError) -> String {
    try expect("\"")
    let start = position
    let hasEscapes = try skipStringBody()
    let content = UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])
    if !hasEscapes {
      guard let text = String(validating: content, as: UTF8.self) else {
        throw problem("UTF-8 text")
      }
      return text
    }
    let literal = Data([0x22] + content + [0x22])
    guard
      let text = try? JSONSerialization.jsonObject(with: literal, options: .fragmentsAllowed)
        as? String
    else { throw problem("a correct text") }
    return text
  }

  /// Skips to behind the closing quote.
  ///
  /// - Returns: Whether there are escapes.
  private mutating func skipStringBody() throws(FileError) -> Bool {
    var hasEscapes = false
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return hasEscapes }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        position += 1
      } else if byte < 0x20 {
        position -= 1
        throw problem("text without control characters")
      }
    }
    throw problem("the end of a text")
  }

  /// Skips a value of any kind.
  mutating func skip() throws(FileError) {
    var depth = 0
    repeat {
      guard let byte = peek() else { throw problem("a value") }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
        guard depth <= Self.deepest else { throw problem("something that nests less deeply") }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw problem("a value") }
        depth -= 1
        position += 1
      case UInt8(ascii: "\""):
        position += 1
        _ = try skipStringBody()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw problem("a value") }
        position += 1
        continue
      default: try skipWord()
      }
    } while depth > 0
  }

  /// Skips a number or one of the three words.
  private mutating func skipWord() throws(FileError) {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x30...0x39, 0x61...0x7a, UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "N"), UInt8(ascii: "I"):
        position += 1
        continue
      default: break
      }
      break
    }
    guard position > start else { throw problem("a value") }
  }

  /// Nothing may follow.
  mutating func expectEnd() throws(FileError) {
    if peek() != nil { throw problem("the end of the file") }
  }
}
