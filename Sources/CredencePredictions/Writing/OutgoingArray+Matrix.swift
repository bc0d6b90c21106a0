import Foundation

extension OutgoingArray {
  /// A matrix in its stored number format, or several of one size along a new first dimension.
  ///
  /// - Parameters:
  ///   - name: The array's name.
  ///   - matrices: At least one.
  ///   - isStacked: Whether to add the dimension.
  ///   - widensBrainFloats: Whether bfloat16 becomes float32, for formats that lack it; members of different formats
  ///     become float64.
  init(_ name: String, _ matrices: [Matrix], isStacked: Bool, widensBrainFloats: Bool) {
    let first = matrices[0]
    let shape = (isStacked ? [matrices.count] : []) + [first.rowCount, first.columnCount]
    var type =
      matrices.allSatisfy { $0.scalarType == first.scalarType }
      ? first.scalarType : .float64
    if type == .bfloat16, widensBrainFloats { type = .float32 }
    let element: StoredArray.Element =
      switch type {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      }
    self.init(name, shape: shape, element: element) { [type] body in
      for matrix in matrices { try Self.split(matrix, as: type, body) }
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
