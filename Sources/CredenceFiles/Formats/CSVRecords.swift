import Foundation

extension CSV {
  /// A line of the table after its header.
  package struct Record: Hashable, Sendable {
    /// The line of the file where it starts, from 1.
    package let line: Int
    /// As many as the table has columns.
    package let fields: [String]
  }

  /// All lines as text, for small tables with several columns of text.
  ///
  /// - Parameter limit: The most lines to take into memory.
  /// - Returns: The lines in the file's order, empty ones left out.
  /// - Throws: `FileError` for a line with more or fewer fields than the header, quotes that do not pair, and more lines than the limit.
  package func records(limit: Int) throws(FileError) -> [Record] {
    let body = data[(data.startIndex + bodyStart)...]
    let result = body.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      Result { () throws(FileError) in
        var reader = CSVRecord(
          raw.bindMemory(to: UInt8.self), position: 0, line: bodyLine, file: file)
        var records: [Record] = []
        while reader.skipEmptyLines() {
          let line = reader.line
          guard records.count < limit else {
            throw FileError.unsupported(
              file: file, what: "more than \(limit) lines", instead: "Split the table.")
          }
          guard let fields = try reader.fields() else { break }
          guard fields.count == columns.count else {
            throw FileError.fieldCount(
              file: file, line: line, expected: columns.count, found: fields.count)
          }
          records.append(Record(line: line, fields: fields))
        }
        return records
      }
    }
    return try result.get()
  }
}
