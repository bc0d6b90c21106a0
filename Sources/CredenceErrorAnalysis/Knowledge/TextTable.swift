import CredenceFiles
import Foundation

/// A table of comma-separated texts with a header, all of it in memory: annotations have ten thousands of lines, not millions.
struct TextTable {
  let columns: [String]
  /// The fields of each line, as many as there are columns.
  let rows: [[String]]
  /// The number of each row's line in the file, from 1.
  let lines: [Int]

  /// - Throws: `FileError` naming the line.
  init(_ data: Data, file: String) throws {
    let csv = try CSV(data, file: file, hasHeader: true)
    columns = csv.columns
    (rows, lines) = try csv.texts()
  }

  /// The position of a column; `nil` where there is none of that name.
  func column(_ name: String) -> Int? { columns.firstIndex(of: name) }
}
