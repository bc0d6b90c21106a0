public import CredenceData
import Foundation

/// The published data sets as a table.
public struct DatasetList: Encodable, Sendable {
  /// A data set.
  public struct Row: Encodable, Hashable, Sendable {
    public let name: String
    public let title: String
    public let aliases: [String]
    public let classCount: Int
    /// Channels, rows and columns.
    public let imageSize: [Int]
    /// Images of each part.
    public let sampleCounts: [String: Int]
    public let mean: [Double]
    public let std: [Double]
    public let license: String
    public let source: String
    public let page: String
    /// Where it was found; empty where it was not.
    public let path: String
  }

  public let schema = "credence.datasets/1"
  public let rows: [Row]
  /// Where the data sets were looked for.
  public let folder: String

  /// Lists data sets, and looks for each.
  ///
  /// - Parameters:
  ///   - entries: The data sets; all by default.
  ///   - folder: The folder of all data sets.
  public init(
    _ entries: [DatasetEntry] = DatasetRegistry.all,
    in folder: String = DatasetRegistry.defaultFolder
  ) {
    self.folder = folder
    rows = entries.map { entry in
      Row(
        name: entry.id, title: entry.title, aliases: entry.aliases, classCount: entry.classCount,
        imageSize: [entry.channelCount] + entry.imageSize,
        sampleCounts: Dictionary(
          uniqueKeysWithValues: entry.sampleCounts.map { ($0.key.rawValue, $0.value) }),
        mean: entry.normalization.mean, std: entry.normalization.std, license: entry.license,
        source: entry.source, page: entry.page, path: entry.location(in: folder) ?? "")
    }
  }

  /// A table for a terminal, at most 100 columns wide.
  ///
  /// - Parameter style: Whether the heading is bold.
  /// - Returns: Text that ends with a line break.
  public func table(style: TextStyle = .plain) -> String {
    func counts(_ row: Row, _ part: String) -> String {
      row.sampleCounts[part].map { NumberText.count($0) } ?? "–"
    }
    let columns = [
      TableColumn(title: "Data set", cells: rows.map(\.name)),
      TableColumn(title: "Classes", cells: rows.map { "\($0.classCount)" }),
      TableColumn(
        title: "Images", cells: rows.map { $0.imageSize.map(String.init).joined(separator: "×") }),
      TableColumn(title: "Train", cells: rows.map { counts($0, "train") }),
      TableColumn(title: "Test", cells: rows.map { counts($0, "test") }),
      TableColumn(title: "There", cells: rows.map { $0.path.isEmpty ? "no" : "yes" }),
    ]
    let width = columns.reduce(0) { $0 + $1.width + 2 }
    func line(_ cell: (TableColumn) -> String, _ last: String) -> String {
      let cells = columns.enumerated().map { index, column in
        index == 0
          ? TerminalText.padded(cell(column), to: column.width) : "  " + column.padded(cell(column))
      }
      let room = max(8, ScoreTable.width - width)
      return cells.joined() + "  " + TerminalText.truncated(TerminalText.sanitized(last), to: room)
    }
    var lines = [style.bold(line({ $0.title }, "License"))]
    for index in rows.indices { lines.append(line({ $0.cells[index] }, rows[index].license)) }
    lines.append("")
    let note = "Looked for in ‘\(folder)’. Fetch one by: credence datasets download NAME."
    lines += TerminalText.wrapped(TerminalText.sanitized(note), to: ScoreTable.width, indent: "  ")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rows as JSON in the schema `credence.datasets/1`, with sorted keys and no line break at the end.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String {
    let text = try JSONText.encode(self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}
