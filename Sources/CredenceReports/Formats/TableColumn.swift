/// A column of numbers under a title, aligned right.
struct TableColumn {
  let title: String
  let cells: [String]
  let width: Int

  init(title: String, cells: [String]) {
    self.title = title
    self.cells = cells
    width = ([title] + cells).map(TerminalText.width).max() ?? 0
  }

  func padded(_ cell: String) -> String {
    TerminalText.padded(cell, to: width, alignsRight: true)
  }
}
