/// Text as a terminal shows it: in columns, with control characters made harmless.
enum TerminalText {
  /// The text on one line, every control and direction character replaced by a visible one.
  ///
  /// A model's name comes from a file and must not move the cursor.
  static func sanitized(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: result.append(scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      case .format where scalar != "\u{200D}": continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The columns that a sanitized text takes.
  static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// The text cut to a width, with an ellipsis where something was lost.
  static func truncated(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    var result = ""
    var used = 0
    for character in text {
      used += width(character)
      guard used < limit else { break }
      result.append(character)
    }
    while result.hasSuffix(" ") { result.removeLast() }
    return limit > 0 ? result + "…" : ""
  }

  /// The text filled up with blanks on its right, or on its left.
  static func padded(_ text: String, to limit: Int, alignsRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, limit - width(text)))
    return alignsRight ? blanks + text : text + blanks
  }

  /// The text broken into lines at blanks; the second and later lines begin with an indent.
  static func wrapped(_ text: String, to limit: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").map(String.init) {
      let candidate = line.isEmpty ? word : "\(line) \(word)"
      if width(candidate) <= limit {
        line = candidate
      } else {
        if !line.isEmpty { lines.append(line) }
        line = truncated((lines.isEmpty ? "" : indent) + word, to: limit)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private static func width(_ character: Character) -> Int {
    var result = 0
    for scalar in character.unicodeScalars {
      let properties = scalar.properties
      let scalarWidth: Int
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: scalarWidth = scalar == "\u{FE0F}" ? 2 : 0
      default: scalarWidth = properties.isEmojiPresentation || isWide(scalar) ? 2 : 1
      }
      result = max(result, scalarWidth)
    }
    return result
  }

  /// East Asian scripts and full-width forms, two columns each.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}

/// Whether a text may carry the escape sequences that color a terminal.
public enum TextStyle: Hashable, Sendable {
  case plain
  case ansi

  func bold(_ text: String) -> String { wrapped(text, in: 1) }
  func dim(_ text: String) -> String { wrapped(text, in: 2) }
  func warning(_ text: String) -> String { wrapped(text, in: 33) }

  private func wrapped(_ text: String, in code: Int) -> String {
    self == .ansi && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
