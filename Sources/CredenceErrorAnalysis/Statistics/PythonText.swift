/// Values as Python prints them; published tables and listings hold lists in this form.
package enum PythonText {
  /// A list of texts: `['Distillation']`.
  package static func list(_ texts: [String]) -> String {
    "[" + texts.map(string).joined(separator: ", ") + "]"
  }

  /// A text in single quotes, or in double ones where it holds single quotes only.
  static func string(_ text: String) -> String {
    let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView()
    result.append(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", quote: result.append(contentsOf: ["\\", scalar])
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      default: result.append(scalar)
      }
    }
    result.append(quote)
    return String(result)
  }

  /// A line of comma-separated values; quotes stand around what needs them.
  static func record(_ fields: [String]) -> String {
    fields.map { field in
      let needsQuotes = field.utf8.contains {
        $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A
      }
      return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",")
  }

  /// The texts of a list as `list` writes it; `nil` for anything else.
  package static func texts(_ list: String) -> [String]? {
    var rest = Substring(list)
    guard rest.popFirst() == "[" else { return nil }
    if rest == "]" { return [] }
    var texts: [String] = []
    while true {
      guard let text = string(&rest) else { return nil }
      texts.append(text)
      if rest == "]" { return texts }
      guard rest.hasPrefix(", ") else { return nil }
      rest = rest.dropFirst(2)
    }
  }

  /// Takes a text in quotes off the front.
  private static func string(_ rest: inout Substring) -> String? {
    guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else { return nil }
    var text = ""
    while let character = rest.popFirst() {
      if character == quote { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      switch escaped {
      case "n": text.append("\n")
      case "r": text.append("\r")
      case "t": text.append("\t")
      default: text.append(escaped)
      }
    }
    return nil
  }
}
