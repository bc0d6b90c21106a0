/// Reads the small text headers of array files: JSON and Python literals of a fixed form, byte by byte.
///
/// Nothing is evaluated, and nothing nests deeper than the caller asks for.
struct HeaderText {
  /// What stands at a position that the format does not allow there.
  struct Problem: Error {
    let text: String
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next byte after white space, which stays unread; `nil` at the end.
  mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  /// Reads one character if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads one character that must come next.
  mutating func expect(_ character: Unicode.Scalar) throws(Problem) {
    guard take(character) else { throw unexpected("‘\(character)’") }
  }

  /// Reads a word that must come next.
  mutating func takeWord(_ word: StaticString) -> Bool {
    _ = peek()
    let length = word.utf8CodeUnitCount
    guard position + length <= bytes.count else { return false }
    let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + length]) }
    if matches { position += length }
    return matches
  }

  /// Nothing but white space may follow.
  mutating func expectEnd() throws(Problem) {
    if peek() != nil { throw unexpected("the end of the header") }
  }

  /// What is wrong here, for an error message.
  mutating func unexpected(_ expected: String) -> Problem {
    guard let byte = peek() else {
      return Problem(text: "its header ends where \(expected) must be")
    }
    let found = byte < 0x80 && byte >= 0x20 ? "‘\(Unicode.Scalar(byte))’" : "byte \(byte)"
    return Problem(text: "its header has \(found) at byte \(position) where \(expected) must be")
  }

  /// A number from 0 to `Int.max`, without sign, point or exponent.
  mutating func natural() throws(Problem) -> Int {
    guard let first = peek(), first >= 0x30, first <= 0x39 else {
      throw unexpected("a number of at least 0")
    }
    var value = 0
    while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !overflow, !carry else {
        throw Problem(text: "its header has a number that is too large, at byte \(position)")
      }
      value = sum
      position += 1
    }
    return value
  }

  /// The comma-separated numbers between two brackets; a comma may also end the list where allowed.
  mutating func naturals(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, trailingComma: Bool
  ) throws(Problem) -> [Int] {
    try expect(open)
    var values: [Int] = []
    if take(close) { return values }
    while true {
      values.append(try natural())
      // Python 2 marked long numbers so.
      if trailingComma { _ = take("L") }
      if take(close) { return values }
      try expect(",")
      if trailingComma, take(close) { return values }
    }
  }

  /// A JSON string, in double quotes.
  mutating func jsonString() throws(Problem) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw Problem(text: "its header has text that is not UTF-8, before byte \(position)")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escapedCharacter().utf8)
      case 0..<0x20:
        position -= 1
        throw unexpected("text without control characters")
      default: text.append(byte)
      }
    }
    throw unexpected("the end of a string")
  }

  private mutating func escapedCharacter() throws(Problem) -> Character {
    guard position < bytes.count else { throw unexpected("the end of a string") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code & 0xfc00 == 0xd800, position + 1 < bytes.count,
        bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard low & 0xfc00 == 0xdc00 else { throw unexpected("the second half of a character") }
        code = 0x10000 + (code & 0x3ff) << 10 + (low & 0x3ff)
      }
      guard let scalar = Unicode.Scalar(code) else { throw unexpected("a Unicode character") }
      return Character(scalar)
    default:
      position -= 1
      throw unexpected("an escaped character")
    }
  }

  private mutating func hexadecimal() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw unexpected("four hexadecimal digits") }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  /// A Python string in single or double quotes, without escapes.
  mutating func pythonString() throws(Problem) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw unexpected("a string")
    }
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote {
      guard bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20 else {
        throw unexpected("a string without escapes")
      }
      position += 1
    }
    guard position < bytes.count else { throw unexpected("the end of a string") }
    position += 1
    guard let string = String(validating: bytes[start..<position - 1], as: UTF8.self) else {
      throw Problem(text: "its header has text that is not UTF-8, before byte \(position)")
    }
    return string
  }
}
