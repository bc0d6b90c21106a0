import Foundation

extension CSV {
  /// All lines after the header as text, for small tables; `CSVColumns` reads large ones.
  ///
  /// - Returns: The number of each line, from 1, and its fields; as many as there are columns.
  /// - Throws: `FileError` naming the line.
  package func rows() throws -> [(line: Int, fields: [String])] {
    try data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      var record = CSVRecord(
        raw.bindMemory(to: UInt8.self), position: bodyStart, line: bodyLine, file: file)
      var rows: [(line: Int, fields: [String])] = []
      while record.skipEmptyLines() {
        let line = record.line
        guard let fields = try record.fields() else { break }
        guard fields.count == columns.count else {
          throw FileError.fieldCount(
            file: file, line: line, expected: columns.count, found: fields.count)
        }
        rows.append((line, fields))
      }
      return rows
    }
  }
}
