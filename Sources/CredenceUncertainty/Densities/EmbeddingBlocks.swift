import CredencePredictions
import CredenceTensor

/// How stored embeddings are taken in parts, so that memory does not grow with their number.
enum EmbeddingBlocks {
  /// The most bytes of one block in float64.
  private static let byteCount = 32 << 20

  /// The rows of a block.
  static func height(dimension: Int) -> Int { max(256, byteCount / (8 * max(dimension, 1))) }

  /// Consecutive rows, all of them.
  static func ranges(_ embeddings: Matrix) -> [Range<Int>] {
    let step = height(dimension: embeddings.columnCount)
    return stride(from: 0, to: embeddings.rowCount, by: step).map {
      $0..<min($0 + step, embeddings.rowCount)
    }
  }

  /// Makes sure that embeddings and labels fit together and to a density.
  static func check(
    _ embeddings: Matrix, labels: [Int32], classCount: Int, dimension: Int
  ) throws {
    guard labels.count == embeddings.rowCount else {
      throw PredictionError.countMismatch(
        what: "labels", count: labels.count, other: "embeddings",
        otherCount: embeddings.rowCount)
    }
    guard embeddings.columnCount == dimension else {
      throw PredictionError.countMismatch(
        what: "features in a row", count: embeddings.columnCount, other: "features in the others",
        otherCount: dimension)
    }
    if let row = labels.firstIndex(where: { $0 < -1 || Int($0) >= classCount }) {
      throw PredictionError.labelOutOfRange(
        role: "labels", row: row, label: Int(labels[row]), classes: classCount)
    }
  }

  /// Makes sure that every number is finite.
  ///
  /// - Parameters:
  ///   - values: Rows that follow one another.
  ///   - columnCount: Numbers in a row.
  ///   - row: The row in the whole of each row of the block.
  /// - Throws: `PredictionError.notFinite`.
  static func checkFinite(
    _ values: UnsafeBufferPointer<Double>, columnCount: Int, row: (Int) -> Int
  ) throws {
    // A sum of products with 0 is 0 unless one of the numbers is not finite.
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= values.count {
      sums +=
        SIMD4(values[index], values[index + 1], values[index + 2], values[index + 3]) * 0
      index += 4
    }
    while index < values.count {
      sums[0] += values[index] * 0
      index += 1
    }
    guard sums != .zero else { return }
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw PredictionError.notFinite(
        role: "embeddings", row: row(position / columnCount), column: position % columnCount)
    }
  }

  /// Some rows as a tensor on the CPU, checked: in single precision, or in double where they are stored so.
  ///
  /// - Parameters:
  ///   - embeddings: `[samples, features]`.
  ///   - rows: Which, in any order.
  /// - Returns: `[rows, features]`.
  /// - Throws: `PredictionError.notFinite` naming the first row that has a number that is not; `EngineError`.
  static func tensor(_ embeddings: Matrix, rows: some RandomAccessCollection<Int>) throws -> Tensor
  {
    let tensor =
      embeddings.scalarType == .float64
      ? try copy(embeddings, rows, of: Double.self) : try copy(embeddings, rows, of: Float.self)
    let width = embeddings.columnCount
    let zeros = try Tensor.zeros([width], elementType: .float64)
    let total = try Operator.rowSquares(.tensor(tensor), .tensor(zeros)).sum().item()
    if !total.isFinite {
      var scratch: [Double] = []
      for row in rows {
        try embeddings.withRows(row..<row + 1, scratch: &scratch) {
          try checkFinite($0, columnCount: width) { _ in row }
        }
      }
    }
    return tensor
  }

  private static func copy<Scalar: MatrixScalar & TensorElement>(
    _ embeddings: Matrix, _ rows: some RandomAccessCollection<Int>, of: Scalar.Type
  ) throws -> Tensor {
    let width = embeddings.columnCount
    var scratch: [Scalar] = []
    if let rows = rows as? Range<Int> {
      return try embeddings.withRows(rows, scratch: &scratch) {
        try Tensor(
          copying: UnsafeRawBufferPointer($0), shape: [rows.count, width],
          elementType: Scalar.elementType)
      }
    }
    let values = [Scalar](unsafeUninitializedCapacity: rows.count * width) { target, filled in
      for row in rows {
        embeddings.withRows(row..<row + 1, scratch: &scratch) { source in
          if let base = source.baseAddress, let goal = target.baseAddress {
            (goal + filled).initialize(from: base, count: width)
          }
          filled += width
        }
      }
    }
    return try Tensor(values, shape: [rows.count, width])
  }
}

extension Operator {
  /// The engine's squared length of each row around a center, in double precision: `rows, center`.
  static let rowSquares = Operator("credence::row_squares")
  /// The engine's sum of all rows around a center, in double precision: `rows, center`.
  static let columnSums = Operator("credence::column_sums")
}
