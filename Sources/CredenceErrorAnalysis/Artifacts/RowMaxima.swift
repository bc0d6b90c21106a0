import CredencePredictions

/// The position of the largest number in each row of a matrix; the first of equal ones, as NumPy's `argmax` has it.
enum RowMaxima {
  /// Finds the positions.
  ///
  /// - Parameters:
  ///   - matrix: `[samples, classes]`.
  ///   - file: The file's name in errors.
  ///   - array: The array's name in errors.
  /// - Returns: As many positions as rows.
  /// - Throws: `ArtifactError.notFinite` for a row with a NaN or an infinity.
  static func positions(of matrix: Matrix, file: String, array: String) throws -> [Int32] {
    guard matrix.columnCount > 0 else { return [] }
    let blocks = try parallelBlocks(count: matrix.rowCount, blockSize: 256) { rows in
      let (found, firstBad) =
        matrix.scalarType == .float64
        ? block(matrix, rows, of: Double.self) : block(matrix, rows, of: Float.self)
      if let row = firstBad { throw ArtifactError.notFinite(file: file, array: array, row: row) }
      return found
    }
    return Array(blocks.joined())
  }

  /// The positions in some rows, and the first row with numbers that are not finite.
  private static func block<Scalar: MatrixScalar & BinaryFloatingPoint>(
    _ matrix: Matrix, _ rows: Range<Int>, of _: Scalar.Type
  ) -> (positions: [Int32], firstBad: Int?) {
    let width = matrix.columnCount
    var scratch: [Scalar] = []
    return matrix.withRows(rows, scratch: &scratch) { values in
      var positions: [Int32] = []
      var firstBad: Int?
      for row in rows {
        let start = (row - rows.lowerBound) * width
        var best = start
        // Nothing that is finite changes the sum of zeros.
        var zeros: Scalar = 0
        for position in start..<start + width {
          zeros += values[position] * 0
          if values[position] > values[best] { best = position }
        }
        if firstBad == nil, !zeros.isFinite { firstBad = row }
        positions.append(Int32(best - start))
      }
      return (positions, firstBad)
    }
  }
}
