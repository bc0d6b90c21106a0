public import Foundation

/// A read-only table of numbers, `[rows, columns]`, mapped from a file or held in memory.
///
/// Rows are handed out in blocks, as `Float` (every 16- and 32-bit format) or `Double`; a little-endian row-major
/// matrix of the asked type is not copied. Bytes may start at any address.
public struct Matrix: Sendable {
  /// The order of the numbers in memory.
  public typealias Layout = StoredArray.Layout

  public let rowCount: Int
  public let columnCount: Int
  public let scalarType: ScalarType
  public let layout: Layout
  /// Whether each number's most significant byte comes first.
  public let isBigEndian: Bool

  /// The numbers, exactly `rowCount * columnCount * scalarType.size` bytes.
  package let bytes: Data

  /// Wraps bytes that somebody has mapped or read.
  ///
  /// - Throws: `PredictionError.sizeMismatch` where the bytes do not hold `rowCount * columnCount` numbers.
  public init(
    bytes: Data, rowCount: Int, columnCount: Int, scalarType: ScalarType,
    layout: Layout = .rowMajor, isBigEndian: Bool = false
  ) throws(PredictionError) {
    let (cells, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    let (size, sizeOverflow) = cells.multipliedReportingOverflow(by: scalarType.size)
    guard rowCount >= 0, columnCount >= 0, !overflow, !sizeOverflow, size == bytes.count else {
      throw .sizeMismatch(
        what: "a \(rowCount) × \(columnCount) \(scalarType.rawValue) matrix",
        expected: overflow || sizeOverflow ? Int.max : size, found: bytes.count)
    }
    self.bytes = bytes
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.scalarType = scalarType
    self.layout = layout
    self.isBigEndian = isBigEndian
  }

  /// A matrix of 32-bit numbers from rows that follow one another.
  public init(_ values: [Float], columnCount: Int) throws(PredictionError) {
    try self.init(
      bytes: values.withUnsafeBytes { Data($0) },
      rowCount: columnCount == 0 ? 0 : values.count / columnCount, columnCount: columnCount,
      scalarType: .float32)
  }

  /// A matrix of 64-bit numbers from rows that follow one another.
  public init(_ values: [Double], columnCount: Int) throws(PredictionError) {
    try self.init(
      bytes: values.withUnsafeBytes { Data($0) },
      rowCount: columnCount == 0 ? 0 : values.count / columnCount, columnCount: columnCount,
      scalarType: .float64)
  }

  /// A matrix of 32-bit numbers from its rows, all of the same length.
  public init(rows: [[Float]]) throws(PredictionError) {
    let columnCount = rows.first?.count ?? 0
    if let row = rows.firstIndex(where: { $0.count != columnCount }) {
      throw .raggedRow(row: row, expected: columnCount, found: rows[row].count)
    }
    try self.init(Array(rows.joined()), columnCount: columnCount)
  }

  /// The entry at a row and column, exact.
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
    let index = layout == .rowMajor ? row * columnCount + column : column * rowCount + row
    return bytes.withUnsafeBytes {
      ScalarDecoder(scalarType, isBigEndian).double(at: index, in: $0)
    }
  }

  /// One row, exact.
  public func row(_ row: Int) -> [Double] {
    (0..<columnCount).map { self[row, $0] }
  }

  /// Calls a closure with consecutive rows as contiguous numbers.
  ///
  /// - Parameters:
  ///   - rows: Which rows, within `0..<rowCount`.
  ///   - scratch: Memory for formats that must be converted, kept by the caller between blocks.
  ///   - body: Receives `rows.count * columnCount` numbers, row after row.
  /// - Returns: What the closure returns.
  public func withRows<Scalar: MatrixScalar, Result>(
    _ rows: Range<Int>, scratch: inout [Scalar],
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount)
    let count = rows.count * columnCount
    if layout == .rowMajor, !isBigEndian, scalarType == Scalar.scalarType {
      let direct: Result? = try bytes.withUnsafeBytes { raw in
        let start = rows.lowerBound * columnCount * scalarType.size
        let slice = UnsafeRawBufferPointer(rebasing: raw[start..<start + count * scalarType.size])
        guard Int(bitPattern: slice.baseAddress) % MemoryLayout<Scalar>.alignment == 0 else {
          return nil
        }
        return try body(slice.bindMemory(to: Scalar.self))
      }
      if let direct { return direct }
    }
    if scratch.count < count { scratch = Self.zeros(count) }
    return try scratch.withUnsafeMutableBufferPointer { buffer in
      bytes.withUnsafeBytes { raw in
        decode(
          rows, columns: 0..<columnCount, of: raw,
          into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      }
      return try body(UnsafeBufferPointer(rebasing: buffer[0..<count]))
    }
  }

  /// Zeros, set as bytes: of a type that is not known here, one number after another would be set by a call.
  private static func zeros<Scalar: MatrixScalar>(_ count: Int) -> [Scalar] {
    [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
      filled = count
    }
  }

  /// Copies a part of the matrix: some columns of consecutive rows.
  ///
  /// Copying first lets the processor fetch many distant rows at a time, which is what a pass over columns waits for.
  ///
  /// - Parameters:
  ///   - rows: Which rows, within `0..<rowCount`.
  ///   - columns: Which columns, within `0..<columnCount`.
  ///   - tile: Receives `rows.count * columns.count` numbers, row after row; enlarged where it is too small.
  package func copyTile<Scalar: MatrixScalar>(
    _ rows: Range<Int>, columns: Range<Int>, into tile: inout [Scalar]
  ) {
    let count = rows.count * columns.count
    if tile.count < count { tile = Self.zeros(count) }
    tile.withUnsafeMutableBufferPointer { tile in
      bytes.withUnsafeBytes { raw in
        guard layout == .rowMajor, !isBigEndian, scalarType == Scalar.scalarType else {
          return decode(rows, columns: columns, of: raw, into: tile)
        }
        let width = columns.count * scalarType.size
        let target = UnsafeMutableRawBufferPointer(tile)
        for row in rows {
          let start = (row * columnCount + columns.lowerBound) * scalarType.size
          UnsafeMutableRawBufferPointer(
            rebasing: target[(row - rows.lowerBound) * width..<(row - rows.lowerBound + 1) * width]
          ).copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[start..<start + width]))
        }
      }
    }
  }

  private func decode<Scalar: MatrixScalar>(
    _ rows: Range<Int>, columns: Range<Int>, of raw: UnsafeRawBufferPointer,
    into output: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard !output.isEmpty else { return }
    let decoder = ScalarDecoder(scalarType, isBigEndian)
    switch layout {
    case .rowMajor:
      for row in rows {
        decoder.decode(
          from: raw, first: row * columnCount + columns.lowerBound,
          into: UnsafeMutableBufferPointer(
            rebasing: output[((row - rows.lowerBound) * columns.count)...]),
          outputStride: 1, count: columns.count)
      }
    case .columnMajor:
      for column in columns {
        decoder.decode(
          from: raw, first: column * rowCount + rows.lowerBound,
          into: UnsafeMutableBufferPointer(rebasing: output[(column - columns.lowerBound)...]),
          outputStride: columns.count, count: rows.count)
      }
    }
  }
}

extension ScalarType {
  /// How far the sum of a row of probabilities may lie from 1: rounding of each entry adds up.
  public var probabilitySumTolerance: Double {
    switch self {
    case .float64, .float32: 1e-3
    case .float16: 5e-3
    case .bfloat16: 1e-2
    }
  }
}
