package import CredenceTensor
import Foundation

/// Rotates pairs of features by angles that grow with a token's row and column.
///
/// Half of the pairs turn with the row, half with the column; angles of successive pairs shrink geometrically down to 1/10000.
/// Products of rotated queries and keys depend on the tokens' distance only.
///
/// - Note: Su et al., arXiv:2104.09864; for images Fang et al., EVA-02, arXiv:2303.11331.
package struct RotaryEmbedding {
  /// `[tokens, width]`: cosines, 1 for tokens before the grid.
  private let cosines: Tensor
  /// `[tokens, width]`: sines, negative at even positions; 0 for tokens before the grid.
  private let sines: Tensor

  /// - Parameters:
  ///   - grid: Rows and columns of tokens.
  ///   - reference: Rows and columns that positions are scaled to.
  ///   - width: Features of a head, a multiple of four.
  ///   - prefix: How many tokens before the grid are left as they are.
  /// - Throws: `EngineError`.
  package init(grid: [Int], reference: Int, width: Int, prefix: Int) throws {
    let tables = Self.tables(grid: grid, reference: reference, width: width, prefix: prefix)
    let shape = [prefix + grid[0] * grid[1], width]
    cosines = try Tensor(tables.cosines, shape: shape)
    sines = try Tensor(tables.sines, shape: shape)
  }

  private static func tables(grid: [Int], reference: Int, width: Int, prefix: Int) -> (
    cosines: [Float], sines: [Float]
  ) {
    let bands = (0..<width / 4).map { pow(10000, -Double($0) / Double(width / 4)) }
    var cosines = [Float](repeating: 1, count: prefix * width)
    var sines = [Float](repeating: 0, count: prefix * width)
    for row in 0..<grid[0] {
      for column in 0..<grid[1] {
        for (index, length) in [(row, grid[0]), (column, grid[1])] {
          let position = Double(index) * Double(reference) / Double(length)
          for band in bands {
            let angle = position * band
            cosines += [Float(cos(angle)), Float(cos(angle))]
            sines += [-Float(sin(angle)), Float(sin(angle))]
          }
        }
      }
    }
    return (cosines, sines)
  }

  /// Queries or keys `[batch, heads, tokens, width]`, rotated.
  package func callAsFunction(_ input: Tensor) throws -> Tensor {
    let shape = input.shape
    let exchanged = try input.reshaped([-1, shape[1], shape[2], shape[3] / 2, 2]).flipped([-1])
      .flattened(from: 3)
    return try input * cosines.matching(input) + exchanged * sines.matching(input)
  }
}
