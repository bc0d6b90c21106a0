package import CredenceTensor

/// Learned vectors for each place of a grid of tokens.
package enum PositionEmbedding {
  /// Vectors for another grid, by bicubic interpolation with antialiasing.
  ///
  /// - Parameters:
  ///   - table: `[1, prefix + rows · columns, width]` of a square grid.
  ///   - prefix: How many vectors at the start belong to no place; they stay.
  ///   - grid: Rows and columns wanted.
  /// - Returns: `[1, prefix + rows · columns, width]`, in the table's element type.
  /// - Throws: `EngineError.wrongShape` where the table is of no square grid.
  package static func resampled(_ table: Tensor, prefix: Int, to grid: [Int]) throws -> Tensor {
    let shape = table.shape
    let places = (shape.count == 3 ? shape[1] : 0) - prefix
    let side = Int(Double(max(0, places)).squareRoot().rounded())
    guard side > 0, side * side == places, shape[0] == 1 else {
      throw EngineError.wrongShape(
        what: "The table of positions",
        expected: "[1, \(prefix) + a square number, width]", found: shape)
    }
    let image = try table.slice(1, from: prefix).to(.float32)
      .reshaped([1, side, side, shape[2]]).permuted([0, 3, 1, 2])
    let resized = try image.resized(grid, .bicubic, antialiases: true)
      .permuted([0, 2, 3, 1]).reshaped([1, -1, shape[2]]).to(table.elementType)
    return prefix == 0
      ? resized : try .concatenated([table.slice(1, from: 0, to: prefix), resized], along: 1)
  }
}
