package import Foundation

/// The columns of a table, read in one pass over all cores.
package struct CSVColumns: Sendable {
  /// What to make of a column.
  package enum Use: Sendable {
    case ignored
    /// Numbers that become a column of the matrix.
    case matrix(column: Int)
    /// Numbers that become a list of their own.
    case numbers(list: Int)
    /// Whole numbers, or names of classes given to `init`, that become a list of their own.
    case integers(list: Int)
    /// Text, of which there is one column at most.
    case text
  }

  package let rowCount: Int
  /// The matrix as little-endian 64-bit numbers, row after row; empty where no column belongs to it.
  package let matrix: Data
  package let numbers: [[Double]]
  package let integers: [[Int]]
  package let text: (bytes: Data, offsets: [Int])?

  private static let blockSize = 1 << 22

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - csv: The table.
  ///   - uses: What to make of each column.
  ///   - classNames: Names that may stand where a whole number is asked for, by their index.
  /// - Throws: `FileError` naming the line and column, from 1.
  package init(_ csv: CSV, uses: [Use], classNames: [String: Int] = [:]) throws {
    precondition(uses.count == csv.columns.count)
    var width = 0
    var numberLists = 0
    var integerLists = 0
    var hasText = false
    for use in uses {
      switch use {
      case .ignored: break
      case .matrix(let column): width = max(width, column + 1)
      case .numbers(let list): numberLists = max(numberLists, list + 1)
      case .integers(let list): integerLists = max(integerLists, list + 1)
      case .text: hasText = true
      }
    }
    let body = csv.data[(csv.data.startIndex + csv.bodyStart)...]
    let blocks = try Self.blocks(body, firstLine: csv.bodyLine)
    let rowCount = blocks.reduce(0) { $0 + $1.rowCount }
    // A field takes a byte with what ends it: with fewer, memory for all would be set aside in vain.
    if rowCount > (body.count + 1) / max(1, uses.count) {
      try Self.checkFieldCounts(body, csv, uses.count)
    }
    var numbers = [Double](repeating: 0, count: rowCount * numberLists)
    var integers = [Int](repeating: 0, count: rowCount * integerLists)
    let (matrix, texts) = try OutputMemory.make(rowCount * width * 8, for: csv.file) { matrix in
      try body.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
        try numbers.withUnsafeMutableBufferPointer { numbers in
          try integers.withUnsafeMutableBufferPointer { integers in
            // Each block writes its own rows and nothing else.
            nonisolated(unsafe) let target = CSVBlockReader(
              text: raw.bindMemory(to: UInt8.self), file: csv.file, uses: uses,
              classNames: classNames, rowCount: rowCount, width: width,
              matrix: matrix.bindMemory(to: Double.self), numbers: numbers, integers: integers)
            return try parallelBlocks(count: blocks.count, blockSize: 1) {
              try target.read(blocks[$0.lowerBound])
            }
          }
        }
      }
    }
    self.rowCount = rowCount
    self.matrix = matrix
    self.numbers = (0..<numberLists).map { Array(numbers[$0 * rowCount..<($0 + 1) * rowCount]) }
    self.integers = (0..<integerLists).map { Array(integers[$0 * rowCount..<($0 + 1) * rowCount]) }
    var bytes = Data()
    var offsets = [0]
    for part in texts {
      offsets.append(contentsOf: part.ends.map { $0 + bytes.count })
      bytes.append(contentsOf: part.bytes)
    }
    text = hasText ? (bytes, offsets) : nil
  }

  /// The lines that start within a range of bytes.
  struct Block: Sendable {
    let range: Range<Int>
    /// Whether the range starts inside of a quoted field.
    var startsQuoted = false
    /// The number of the line at the range's start.
    var line = 0
    /// How many lines that are not empty start in earlier ranges, and in this one.
    var firstRow = 0
    var rowCount = 0
  }

  /// Splits the text and counts its rows, so that every block knows where its own belong.
  private static func blocks(_ body: Data, firstLine: Int) throws -> [Block] {
    try body.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      nonisolated(unsafe) let text = raw.bindMemory(to: UInt8.self)
      let counts = try parallelBlocks(count: text.count, blockSize: blockSize) { range in
        var quotes = 0
        var newlines = 0
        for byte in UnsafeBufferPointer(rebasing: text[range]) {
          quotes &+= byte == CSVRecord.quote ? 1 : 0
          newlines &+= byte == CSVRecord.newline ? 1 : 0
        }
        return (range: range, quotes: quotes, newlines: newlines)
      }
      var blocks: [Block] = []
      var isQuoted = false
      var line = firstLine
      for count in counts {
        blocks.append(Block(range: count.range, startsQuoted: isQuoted, line: line))
        isQuoted = isQuoted != (count.quotes % 2 == 1)
        line += count.newlines
      }
      let unnumbered = blocks
      let rowCounts = try parallelBlocks(count: blocks.count, blockSize: 1) {
        CSVColumns.rowCount(unnumbered[$0.lowerBound], text)
      }
      var row = 0
      for index in blocks.indices {
        blocks[index].firstRow = row
        blocks[index].rowCount = rowCounts[index]
        row += rowCounts[index]
      }
      return blocks
    }
  }

  /// Finds the first line that has another number of fields than the header.
  private static func checkFieldCounts(_ body: Data, _ csv: CSV, _ expected: Int) throws {
    try body.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      var record = CSVRecord(
        raw.bindMemory(to: UInt8.self), position: 0, line: csv.bodyLine, file: csv.file)
      while true {
        guard record.skipEmptyLines() else { return }
        let start = record.line
        guard let fields = try record.fields() else { return }
        guard fields.count == expected else {
          throw FileError.fieldCount(
            file: csv.file, line: start, expected: expected, found: fields.count)
        }
      }
    }
  }

  private static func rowCount(_ block: Block, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var rows = 0
    var isQuoted = block.startsQuoted
    // A line starts where one ended; the text's own start is the first.
    var isStart =
      block.range.lowerBound == 0
      || !isQuoted && text[block.range.lowerBound - 1] == CSVRecord.newline
    var isEmpty = true
    for position in block.range {
      let byte = text[position]
      if isStart {
        isEmpty =
          byte == CSVRecord.newline
          || byte == CSVRecord.carriageReturn && position + 1 < text.count
            && text[position + 1] == CSVRecord.newline
        rows += isEmpty ? 0 : 1
      }
      if byte == CSVRecord.quote { isQuoted.toggle() }
      isStart = byte == CSVRecord.newline && !isQuoted
    }
    return rows
  }
}

/// Reads blocks of lines into memory that is already there.
private struct CSVBlockReader {
  let text: UnsafeBufferPointer<UInt8>
  let file: String
  let uses: [CSVColumns.Use]
  let classNames: [String: Int]
  let rowCount: Int
  let width: Int
  let matrix: UnsafeMutableBufferPointer<Double>
  let numbers: UnsafeMutableBufferPointer<Double>
  let integers: UnsafeMutableBufferPointer<Int>

  /// Reads the lines that start in a block; text comes back with where each of its entries ends.
  func read(
    _ block: CSVColumns.Block
  ) throws(FileError) -> (bytes: [UInt8], ends: [Int]) {
    var texts: (bytes: [UInt8], ends: [Int]) = ([], [])
    var record = firstRecord(of: block)
    var row = block.firstRow
    while record.skipEmptyLines(), record.position < block.range.upperBound {
      guard row < block.firstRow + block.rowCount else {
        throw .malformed(
          file: file, format: "CSV", problem: "the quotes around line \(record.line) do not pair")
      }
      try readRow(row, &record, &texts)
      row += 1
    }
    guard row == block.firstRow + block.rowCount else {
      throw .malformed(
        file: file, format: "CSV", problem: "the quotes before line \(record.line) do not pair")
    }
    return texts
  }

  private func firstRecord(of block: CSVColumns.Block) -> CSVRecord {
    var position = block.range.lowerBound
    var line = block.line
    var isQuoted = block.startsQuoted
    if position > 0, isQuoted || text[position - 1] != CSVRecord.newline {
      // The line before reaches into this block.
      while position < text.count {
        let byte = text[position]
        position += 1
        if byte == CSVRecord.quote { isQuoted.toggle() }
        if byte == CSVRecord.newline {
          line += 1
          if !isQuoted { break }
        }
      }
    }
    return CSVRecord(text, position: position, line: line, file: file)
  }

  private func readRow(
    _ row: Int, _ record: inout CSVRecord, _ texts: inout (bytes: [UInt8], ends: [Int])
  ) throws(FileError) {
    let line = record.line
    var value = 0.0
    for column in uses.indices {
      let ending: CSVRecord.Ending
      switch uses[column] {
      case .matrix(let target):
        if let quick = record.number(into: &value) {
          ending = quick
        } else {
          (value, ending) = try slowNumber(&record, line, column)
        }
        matrix[row * width + target] = value
      case .numbers(let list):
        if let quick = record.number(into: &value) {
          ending = quick
        } else {
          (value, ending) = try slowNumber(&record, line, column)
        }
        numbers[list * rowCount + row] = value
      case .integers(let list):
        var integer = 0
        if let quick = record.integer(into: &integer) {
          ending = quick
        } else {
          (integer, ending) = try slowInteger(&record, line, column)
        }
        integers[list * rowCount + row] = integer
      case .text:
        let field = try record.field()
        texts.bytes.append(
          contentsOf: record.bytes(field.content, hasEscapes: field.hasEscapes))
        texts.ends.append(texts.bytes.count)
        ending = field.ending
      case .ignored:
        ending = try record.field().ending
      }
      if (ending == .line) != (column == uses.count - 1) {
        // Counts the rest of the line for the message.
        var found = column + 1
        if ending == .comma {
          repeat { found += 1 } while try record.field().ending == .comma
        }
        throw .fieldCount(file: file, line: line, expected: uses.count, found: found)
      }
    }
  }

  /// A number in quotes or with spaces around it.
  @inline(never)
  private func slowNumber(
    _ record: inout CSVRecord, _ line: Int, _ column: Int
  ) throws(FileError) -> (Double, CSVRecord.Ending) {
    let (field, ending) = try self.field(&record)
    guard let value = CSV.number(field) else {
      throw bad(field, line, column, "a number")
    }
    return (value, ending)
  }

  /// A class by its name, or a whole number in quotes, with spaces around it or with a point.
  @inline(never)
  private func slowInteger(
    _ record: inout CSVRecord, _ line: Int, _ column: Int
  ) throws(FileError) -> (Int, CSVRecord.Ending) {
    let (field, ending) = try self.field(&record)
    let trimmed = field.trimmingCharacters(in: .whitespaces)
    if let value = Int(trimmed) { return (value, ending) }
    if let value = CSV.number(field), let integer = Int(exactly: value) { return (integer, ending) }
    if let index = classNames[trimmed] { return (index, ending) }
    throw bad(field, line, column, classNames.isEmpty ? "a class index" : "a class index or name")
  }

  private func field(
    _ record: inout CSVRecord
  ) throws(FileError) -> (String, CSVRecord.Ending) {
    let (content, hasEscapes, ending) = try record.field()
    return (
      String(decoding: record.bytes(content, hasEscapes: hasEscapes), as: UTF8.self), ending
    )
  }

  private func bad(
    _ field: String, _ line: Int, _ column: Int, _ expected: String
  ) -> FileError {
    .badField(
      file: file, line: line, column: column + 1,
      text: field.count > 40 ? field.prefix(40) + "…" : field, expected: expected)
  }
}
