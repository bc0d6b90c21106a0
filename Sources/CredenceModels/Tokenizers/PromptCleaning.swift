import Foundation

/// What CLIP does to a text before it is cut into tokens.
///
/// The published program repairs texts with the library ftfy. Of its steps those are done here that change what a well-encoded prompt may contain: curled
/// quotes, ligatures, full-width letters, control characters and decomposed accents. Texts that were decoded wrongly are not repaired, and of HTML's named
/// characters only `amp`, `lt`, `gt`, `quot`, `apos` and `nbsp` are known, beside all that are written as numbers.
enum PromptCleaning {
  /// The text in lower case with single blanks, trimmed.
  static func clip(_ text: String) -> String {
    let repaired = repaired(text)
    return collapsed(unescaped(unescaped(repaired))).lowercased()
  }

  /// The text in lower case without punctuation and with single blanks, trimmed: what SigLIP was trained with.
  static func sigLIP(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars where !isASCIIPunctuation(scalar) {
      scalars.append(scalar)
    }
    return collapsed(String(scalars))
  }

  /// White space as single blanks, none at the ends.
  static func collapsed(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var isPending = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        isPending = !scalars.isEmpty
      } else {
        if isPending { scalars.append(" ") }
        isPending = false
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: true
    default: false
    }
  }

  // MARK: - What ftfy does

  private static func repaired(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      // The letter beside the others is an apostrophe.
      case 0x2bc, 0x2018...0x201b: result.unicodeScalars.append("'")
      case 0x201c...0x201f: result.unicodeScalars.append("\"")
      case 0x0d, 0x85, 0x2028, 0x2029: result.unicodeScalars.append("\n")
      case 0...8, 0x0b, 0x0e...0x1f, 0x7f, 0x206a...0x206f, 0xfeff, 0xfff9...0xfffc: continue
      // One letter that is an apostrophe with another.
      case 0x149: result += "'n"
      case 0x3000: result.unicodeScalars.append(" ")
      // Letters of full and of half width, and ligatures.
      case 0xff01...0xffef, 0xfb00...0xfb06, 0x132, 0x133, 0x1c4...0x1cc, 0x1f1...0x1f3:
        result += String(scalar).precomposedStringWithCompatibilityMapping
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result.precomposedStringWithCanonicalMapping
  }

  /// HTML's names and numbers of characters as these.
  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var result = String.UnicodeScalarView()
    var rest = Substring(text).unicodeScalars
    while let scalar = rest.first {
      rest.removeFirst()
      // The longest name has 4 letters, the longest number 7 digits behind two marks.
      if scalar == "&", let end = rest.prefix(10).firstIndex(of: ";"),
        let character = character(String(Substring(rest[..<end])))
      {
        result.append(character)
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func character(_ name: String) -> Unicode.Scalar? {
    if let named = names[name] { return named }
    guard name.hasPrefix("#") else { return nil }
    let digits = name.dropFirst()
    let isHexadecimal = digits.hasPrefix("x") || digits.hasPrefix("X")
    let text = isHexadecimal ? digits.dropFirst() : digits
    guard !text.hasPrefix("+"), !text.hasPrefix("-") else { return nil }
    return UInt32(text, radix: isHexadecimal ? 16 : 10).flatMap { Unicode.Scalar($0) }
  }

  private static let names: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{a0}",
  ]
}
