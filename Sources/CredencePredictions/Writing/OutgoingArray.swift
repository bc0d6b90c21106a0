import Foundation

/// An array on its way to a file, handed out in pieces: little-endian, the last dimension changing fastest.
struct OutgoingArray {
  let name: String
  let shape: [Int]
  let element: StoredArray.Element
  /// Calls the closure with one piece after another; together they are all of the bytes.
  let forEachPiece: ((Data) throws -> Void) throws -> Void

  var byteCount: Int { shape.reduce(element.size, *) }

  /// How many bytes a piece has at most, unless a single row is longer.
  static let pieceSize = 1 << 23

  /// An array from numbers in memory.
  init<Number: FixedWidthInteger>(
    _ name: String, _ values: [Number], element: StoredArray.Element, shape: [Int]? = nil
  ) {
    precondition(element.size == MemoryLayout<Number>.size)
    self.name = name
    self.shape = shape ?? [values.count]
    self.element = element
    forEachPiece = { body in
      let step = Self.pieceSize / MemoryLayout<Number>.size
      for start in stride(from: 0, to: values.count, by: step) {
        let piece = values[start..<min(start + step, values.count)].map(\.littleEndian)
        try body(piece.withUnsafeBytes { Data($0) })
      }
    }
  }

  /// An array of floating-point numbers, in 32 bits where none of them loses anything by it.
  init(_ name: String, _ values: [Double]) {
    if values.allSatisfy({ Double(Float($0)) == $0 || $0.isNaN }) {
      self.init(name, values.map { Float($0).bitPattern }, element: .float32)
    } else {
      self.init(name, values.map(\.bitPattern), element: .float64)
    }
  }

  /// A single text, as an array without dimensions.
  init(_ name: String, text: String) {
    let scalars = text.unicodeScalars.map(\.value.littleEndian)
    self.name = name
    shape = []
    element = .text(scalars.count)
    forEachPiece = { body in try body(scalars.withUnsafeBytes { Data($0) }) }
  }

  /// An array of bytes.
  init(_ name: String, bytes: Data) {
    self.name = name
    shape = [bytes.count]
    element = .uint8
    forEachPiece = { body in try Self.split(bytes, body) }
  }

  /// A matrix in its stored number format, or several of one size along a new first dimension.
  ///
  /// - Parameters:
  ///   - name: The array's name.
  ///   - matrices: At least one.
  ///   - isStacked: Whether to add the dimension.
  ///   - widensBrainFloats: Whether bfloat16 becomes float32, for formats that lack it; members of different formats
  ///     become float64.
  init(_ name: String, _ matrices: [Matrix], isStacked: Bool, widensBrainFloats: Bool) {
    self.name = name
    let first = matrices[0]
    shape = (isStacked ? [matrices.count] : []) + [first.rowCount, first.columnCount]
    var type =
      matrices.allSatisfy { $0.scalarType == first.scalarType }
      ? first.scalarType : .float64
    if type == .bfloat16, widensBrainFloats { type = .float32 }
    element =
      switch type {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      }
    forEachPiece = { body in
      for matrix in matrices { try Self.split(matrix, as: type, body) }
    }
  }

  private static func split(_ bytes: Data, _ body: (Data) throws -> Void) throws {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = min(start + pieceSize, bytes.endIndex)
      try body(bytes[start..<end])
      start = end
    }
  }

  private static func split(
    _ matrix: Matrix, as type: ScalarType, _ body: (Data) throws -> Void
  ) throws {
    if matrix.scalarType == type, matrix.layout == .rowMajor, !matrix.isBigEndian {
      try split(matrix.bytes, body)
      return
    }
    let rowSize = matrix.columnCount * type.size
    let step = max(1, pieceSize / max(1, rowSize))
    for start in stride(from: 0, to: matrix.rowCount, by: step) {
      let rows = start..<min(start + step, matrix.rowCount)
      if matrix.scalarType == type {
        try body(matrix.littleEndianRows(rows))
      } else if type == .float32 {
        var scratch: [Float] = []
        try body(
          matrix.withRows(rows, scratch: &scratch) { row in
            row.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
          })
      } else {
        var scratch: [Double] = []
        try body(
          matrix.withRows(rows, scratch: &scratch) { row in
            row.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
          })
      }
    }
  }
}

extension Matrix {
  /// Some rows as bytes, each number unchanged, in row-major order and little-endian.
  func littleEndianRows(_ rows: Range<Int>) -> Data {
    switch scalarType.size {
    case 2: reordered(rows, UInt16.self)
    case 4: reordered(rows, UInt32.self)
    default: reordered(rows, UInt64.self)
    }
  }

  private func reordered<Bits: FixedWidthInteger>(_ rows: Range<Int>, _: Bits.Type) -> Data {
    var values = [Bits](repeating: 0, count: rows.count * columnCount)
    bytes.withUnsafeBytes { raw in
      for column in 0..<columnCount {
        for row in rows {
          let index = layout == .rowMajor ? row * columnCount + column : column * rowCount + row
          let bits = raw.loadUnaligned(
            fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
          values[(row - rows.lowerBound) * columnCount + column] =
            isBigEndian ? bits.byteSwapped : bits
        }
      }
    }
    return values.withUnsafeBytes { Data($0) }
  }
}
