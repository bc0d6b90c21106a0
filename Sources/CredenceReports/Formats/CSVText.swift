/// Comma-separated values after RFC 4180: CRLF after each record, quotes around what needs them.
///
/// A field that a spreadsheet would run as a formula is kept as it is: a file of results must say what was measured.
struct CSVText: Sendable {
  private(set) var text = ""

  init(header: [String]) { append(header) }

  mutating func append(_ fields: [String]) {
    // A record of one empty field would read as no record.
    let isBlank = fields.count == 1 && fields[0].isEmpty
    text += isBlank ? "\"\"" : fields.map(Self.field).joined(separator: ",")
    text += "\r\n"
  }

  /// The shortest text that reads back as the same number; `inf` and `nan` where it is none.
  static func number(_ value: Double) -> String { "\(value)" }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
    guard needsQuotes || text.first == " " || text.last == " " else { return text }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
