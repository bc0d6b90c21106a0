import CredencePredictions

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
}
