/// A table for a terminal: names on the left, numbers beside them.
struct PlainTable {
  /// Names longer than this are cut.
  private static let nameLimit = 36

  let title: String
  let names: [String]
  let columns: [TableColumn]

  /// The heading and a line per name.
  func lines(style: TextStyle) -> [String] {
    let names = self.names.map {
      TerminalText.truncated(TerminalText.sanitized($0), to: Self.nameLimit)
    }
    let width = (names + [title]).map(TerminalText.width).max() ?? 0
    func line(_ name: String, _ cell: (TableColumn) -> String) -> String {
      TerminalText.padded(name, to: width) + columns.map { "  " + $0.padded(cell($0)) }.joined()
    }
    return [style.bold(line(title) { $0.title })]
      + names.indices.map { row in line(names[row]) { $0.cells[row] } }
  }
}

/// Words that a table's text is made of.
enum ErrorTableText {
  /// Sentences broken into lines that fit a terminal.
  static func wrapped(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.sanitized(text), to: ScoreTable.width, indent: "  ")
  }

  /// A percentage with two decimals; a dash where there is none.
  static func percent(_ value: Double?) -> String { value.map { NumberText.fixed($0, 2) } ?? "–" }
}
