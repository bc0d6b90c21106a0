package import Foundation

/// A table of comma-separated values (RFC 4180), its lines split but not yet read.
///
/// Fields may be quoted, lines end in LF or CRLF, a byte-order mark is skipped, empty lines are left out. `CSVColumns` reads
/// the lines.
package struct CSV: Sendable {
  /// The columns' names; their numbers, from 0, where the file has no header; none where it holds nothing.
  package let columns: [String]
  package let hasHeader: Bool
  /// The fields of the first line that is not the header.
  package let firstRow: [String]
  package let data: Data
  package let file: String
  /// Where the first line after the header starts, and its number.
  let bodyStart: Int
  let bodyLine: Int

  /// Reads the header.
  ///
  /// The first line is the header if one of its fields is not a number, or if it counts its columns from 0 (as data frames
  /// without names are written) and the second line is not of such plain integers too.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  ///   - knownHeader: Whether there is a header; `nil` to find out.
  /// - Throws: `FileError`.
  package init(_ data: Data, file: String, hasHeader knownHeader: Bool? = nil) throws {
    let start = [UInt8](data.prefix(3))
    if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]) {
      throw FileError.unsupported(
        file: file, what: "UTF-16 text", instead: "Save it as UTF-8.")
    }
    let textStart = start == [0xef, 0xbb, 0xbf] ? 3 : 0
    let lines = try data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      let text = raw.bindMemory(to: UInt8.self)
      var reader = CSVRecord(text, position: textStart, line: 1, file: file)
      let first = try reader.fields()
      let body = (reader.position, reader.line)
      return (first: first, second: try reader.fields(), body: body)
    }
    let first = lines.first ?? []
    if first.count == 1, let separator = first[0].first(where: { $0 == ";" || $0 == "\t" }) {
      throw FileError.unsupported(
        file: file, what: "fields separated by \(separator == ";" ? "semicolons" : "tabs")",
        instead: "Separate them by commas, with a point in numbers.")
    }
    self.data = data
    self.file = file
    hasHeader = knownHeader ?? Self.isHeader(first, before: lines.second)
    if hasHeader {
      columns = first.map { $0.trimmingCharacters(in: .whitespaces) }
      firstRow = lines.second ?? []
      (bodyStart, bodyLine) = lines.body
      for (index, name) in columns.enumerated() where !name.isEmpty {
        if let earlier = columns.firstIndex(of: name), earlier < index {
          throw FileError.malformed(
            file: file, format: "CSV",
            problem: "columns \(earlier + 1) and \(index + 1) are both "
              + "called ‘\(name)’")
        }
      }
    } else {
      columns = first.indices.map { "\($0)" }
      firstRow = first
      (bodyStart, bodyLine) = (textStart, 1)
    }
  }

  /// Every field of every line after the header as text, and the number of each line.
  ///
  /// - Throws: `FileError` for a line with more or fewer fields than there are columns.
  package func texts() throws -> (rows: [[String]], lines: [Int]) {
    try data.withUnsafeBytes { raw in
      let text = raw.bindMemory(to: UInt8.self)
      var reader = CSVRecord(text, position: bodyStart, line: bodyLine, file: file)
      var rows: [[String]] = []
      var lines: [Int] = []
      while reader.skipEmptyLines() {
        let line = reader.line
        guard let fields = try reader.fields() else { break }
        guard fields.count == columns.count else {
          throw FileError.fieldCount(
            file: file, line: line, expected: columns.count, found: fields.count)
        }
        rows.append(fields)
        lines.append(line)
      }
      return (rows, lines)
    }
  }

  private static func isHeader(_ first: [String], before second: [String]?) -> Bool {
    if first.contains(where: { number($0) == nil }) { return true }
    guard first.count > 1, first == first.indices.map({ "\($0)" }), let second else { return false }
    return !second.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
  }

  /// The number that a field is, spaces around it left out; `nil` where it is something else.
  package static func number(_ field: String) -> Double? {
    var field = field.trimmingCharacters(in: CharacterSet.whitespaces)
    return field.withUTF8 { DecimalNumber.parse($0) }
  }
}

/// Walks over the fields of lines, one after another.
struct CSVRecord {
  let text: UnsafeBufferPointer<UInt8>
  let file: String
  private(set) var position: Int
  /// The number of the line at `position`.
  private(set) var line: Int

  init(_ text: UnsafeBufferPointer<UInt8>, position: Int, line: Int, file: String) {
    self.text = text
    self.position = position
    self.line = line
    self.file = file
  }

  /// Skips empty lines.
  ///
  /// - Returns: Whether a line follows.
  mutating func skipEmptyLines() -> Bool {
    while position < text.count {
      if text[position] == CSVRecord.newline {
        position += 1
      } else if text[position] == CSVRecord.carriageReturn, position + 1 < text.count,
        text[position + 1] == CSVRecord.newline
      {
        position += 2
      } else {
        return true
      }
      line += 1
    }
    return false
  }

  /// What follows a field.
  enum Ending {
    case comma
    case line
  }

  /// Steps over the end of a field; `nil` where the field goes on.
  @inline(__always)
  mutating func ending() -> Ending? {
    guard position < text.count else { return .line }
    let byte = text[position]
    if byte == CSVRecord.comma {
      position += 1
      return .comma
    }
    if byte == CSVRecord.newline {
      position += 1
      line += 1
      return .line
    }
    if byte == CSVRecord.carriageReturn,
      position + 1 == text.count || text[position + 1] == CSVRecord.newline
    {
      position = min(position + 2, text.count)
      line += 1
      return .line
    }
    return nil
  }

  /// Reads a number and what ends its field.
  ///
  /// - Returns: `nil` for a field that is no plain number; the position is then unchanged.
  @inline(__always)
  mutating func number(into value: inout Double) -> Ending? {
    guard let base = text.baseAddress,
      let end = DecimalNumber.read(base, from: position, to: text.count, into: &value)
    else { return nil }
    let start = position
    position = end
    if let ending = ending() { return ending }
    position = start
    return nil
  }

  /// Reads a whole number of up to 18 digits and what ends its field.
  ///
  /// - Returns: `nil` for a field that is something else; the position is then unchanged.
  @inline(__always)
  mutating func integer(into value: inout Int) -> Ending? {
    let start = position
    let isNegative = position < text.count && text[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let digits = position
    var magnitude = 0
    while position < text.count, position - digits < 18, text[position] &- 0x30 < 10 {
      magnitude = magnitude * 10 + Int(text[position] - 0x30)
      position += 1
    }
    if position > digits, let ending = ending() {
      value = isNegative ? -magnitude : magnitude
      return ending
    }
    position = start
    return nil
  }

  /// Reads any field: where its content stands, whether that holds doubled quotes, and what ends it.
  ///
  /// - Throws: `FileError.malformed` for quotes that are not closed, or stand where they may not.
  mutating func field() throws(FileError) -> (
    content: Range<Int>, hasEscapes: Bool, ending: Ending
  ) {
    guard position < text.count, text[position] == CSVRecord.quote else {
      let start = position
      while true {
        let end = position
        if let ending = ending() { return (start..<end, false, ending) }
        if text[position] == CSVRecord.quote {
          throw malformed("line \(line) has a quote inside of a field that does not start with one")
        }
        position += 1
      }
    }
    let firstLine = line
    position += 1
    let start = position
    var hasEscapes = false
    while position < text.count {
      if text[position] == CSVRecord.newline { line += 1 }
      guard text[position] == CSVRecord.quote else {
        position += 1
        continue
      }
      if position + 1 < text.count, text[position + 1] == CSVRecord.quote {
        hasEscapes = true
        position += 2
        continue
      }
      let end = position
      position += 1
      guard let ending = ending() else {
        throw malformed("line \(line) has text after a quoted field")
      }
      return (start..<end, hasEscapes, ending)
    }
    throw malformed("the quoted field that starts in line \(firstLine) is not closed")
  }

  /// The bytes of a field's content, doubled quotes made single.
  func bytes(_ content: Range<Int>, hasEscapes: Bool) -> [UInt8] {
    let raw = text[content]
    guard hasEscapes else { return [UInt8](raw) }
    var bytes: [UInt8] = []
    var index = content.lowerBound
    while index < content.upperBound {
      bytes.append(text[index])
      index += text[index] == CSVRecord.quote ? 2 : 1
    }
    return bytes
  }

  /// All fields of the next line that is not empty, as text; `nil` at the end.
  ///
  /// - Throws: `FileError.malformed`.
  mutating func fields() throws(FileError) -> [String]? {
    guard skipEmptyLines() else { return nil }
    var fields: [String] = []
    while true {
      let (content, hasEscapes, ending) = try field()
      fields.append(String(decoding: bytes(content, hasEscapes: hasEscapes), as: UTF8.self))
      if ending == .line { return fields }
    }
  }

  private func malformed(_ problem: String) -> FileError {
    .malformed(file: file, format: "CSV", problem: problem)
  }

  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let comma = UInt8(ascii: ",")
  static let quote = UInt8(ascii: "\"")
}
