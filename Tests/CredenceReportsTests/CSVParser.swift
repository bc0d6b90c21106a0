/// A reader of RFC 4180 text, written apart from the writer.
enum CSVParser {
  static func records(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch (isQuoted, scalar) {
      case (true, "\"") where scalars.first == "\"": field.append(scalars.removeFirst())
      case (_, "\""): isQuoted.toggle()
      case (false, ","):
        fields.append(String(field))
        field = .init()
      case (false, "\r"): continue
      case (false, "\n"):
        records.append(fields + [String(field)])
        fields = []
        field = .init()
      default: field.append(scalar)
      }
    }
    return records
  }
}
