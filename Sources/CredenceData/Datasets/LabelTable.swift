import Foundation

/// Lines of text split into fields: at commas where the first line has one, else at tabs, else at spaces.
///
/// Fields may be quoted where commas part them. Empty lines are left out.
struct LabelTable {
  let rows: [[String]]
  /// The lines as they stand.
  let lines: [String]

  /// - Throws: `DatasetError.badLabels` for a text that is not UTF-8, or has no lines.
  init(_ data: Data, file: String) throws(DatasetError) {
    guard let text = String(data: data, encoding: .utf8) else {
      throw .badLabels(file: file, problem: "it is no text in UTF-8")
    }
    lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard let first = lines.first else {
      throw .badLabels(file: file, problem: "it is empty")
    }
    let separator: Character = first.contains(",") ? "," : first.contains("\t") ? "\t" : " "
    rows = lines.map { Self.fields($0, separator) }
  }

  private static func fields(_ line: String, _ separator: Character) -> [String] {
    guard separator == "," else {
      return line.split(separator: separator).map(String.init)
    }
    guard line.contains("\"") else {
      return line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    var fields = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
