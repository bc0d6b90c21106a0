import CredenceFiles
import CredenceTensor

/// Rows of single-precision numbers, `[rows, columns]`, that tensors and loops share.
struct FloatRows: Sendable {
  let values: [Float]
  let columnCount: Int
  let rowCount: Int

  init(_ values: [Float], columnCount: Int) {
    self.values = values
    self.columnCount = columnCount
    rowCount = columnCount == 0 ? 0 : values.count / columnCount
  }

  /// The entries of a matrix on any device.
  init(_ tensor: Tensor) throws {
    let shape = tensor.shape
    self.init(try tensor.values(as: Float.self), columnCount: shape.count == 2 ? shape[1] : 1)
  }

  func tensor() throws -> Tensor { try Tensor(values, shape: [rowCount, columnCount]) }

  /// One result per row, computed on all cores.
  func mapped<Result: Sendable>(
    _ body: @Sendable (_ row: Int, _ values: UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> [Result] {
    let size = max(8, (1 << 16) / max(1, columnCount))
    return try parallelBlocks(count: rowCount, blockSize: size) { rows in
      try values.withUnsafeBufferPointer { values in
        try rows.map { row in
          try body(
            row,
            UnsafeBufferPointer(rebasing: values[row * columnCount..<(row + 1) * columnCount]))
        }
      }
    }.flatMap { $0 }
  }
}
