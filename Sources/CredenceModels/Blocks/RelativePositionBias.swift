import CredenceNN
import CredenceTensor

/// Which row of a table of relative positions belongs to each pair of tokens.
package struct RelativePositionIndex: Sendable {
  /// Rows and columns of tokens.
  package let window: [Int]
  /// Whether a class token stands before them.
  package let hasClassToken: Bool

  package init(window: [Int], hasClassToken: Bool) {
    self.window = window
    self.hasClassToken = hasClassToken
  }

  /// The rows of the table: one for each offset, then three for pairs with the class token.
  package var rowCount: Int { (2 * window[0] - 1) * (2 * window[1] - 1) + (hasClassToken ? 3 : 0) }

  package var tokenCount: Int { window[0] * window[1] + (hasClassToken ? 1 : 0) }

  /// `[query, key]`, row-major.
  ///
  /// Offsets (query − key) are counted from the least, rows first. The class token's three rows are those of it as query, as key,
  /// and as both.
  package var values: [Int64] {
    let offsets = (2 * window[0] - 1) * (2 * window[1] - 1)
    let prefix = hasClassToken ? 1 : 0
    var values: [Int64] = []
    values.reserveCapacity(tokenCount * tokenCount)
    for query in 0..<tokenCount {
      for key in 0..<tokenCount {
        if query < prefix || key < prefix {
          values.append(Int64(offsets + (query >= prefix ? 1 : key >= prefix ? 0 : 2)))
        } else {
          let (a, b) = (query - prefix, key - prefix)
          let rows = a / window[1] - b / window[1] + window[0] - 1
          let columns = a % window[1] - b % window[1] + window[1] - 1
          values.append(Int64(rows * (2 * window[1] - 1) + columns))
        }
      }
    }
    return values
  }
}

/// Learned numbers for each head and each offset between two tokens, added to attention's scores.
///
/// - Note: Shaw et al., NAACL 2018, arXiv:1803.02155; as here in Bao et al., BEiT, arXiv:2106.08254.
struct RelativePositionBias: AttentionBias {
  /// `[offsets, heads]`.
  private let table: Parameter
  private let index: RelativePositionLookup

  init(
    _ path: ParameterPath, heads: Int, _ index: RelativePositionLookup, deviation: Double = 0.02
  ) throws {
    table = try path.parameter(
      "relative_position_bias_table", [index.rowCount, heads],
      .truncatedNormal(deviation: deviation))
    self.index = index
  }

  func callAsFunction() throws -> Tensor { try index(table.value) }
}

/// The same with a number for each head, row offset and column offset, offsets counted from query to key.
///
/// - Note: As the authors of MaxViT have it, arXiv:2204.01697.
struct HeadwisePositionBias: AttentionBias {
  /// `[heads, rows, columns]`.
  private let table: Parameter
  private let index: RelativePositionLookup

  init(_ path: ParameterPath, heads: Int, _ index: RelativePositionLookup, window: [Int]) throws {
    table = try path.parameter(
      "relative_position_bias_table", [heads, 2 * window[0] - 1, 2 * window[1] - 1],
      .normal(deviation: 0.02))
    self.index = index
  }

  func callAsFunction() throws -> Tensor {
    try index(table.value.flattened(from: 1).transposed(0, 1)).transposed(2, 3)
  }
}

/// Gathers a table's rows for all pairs of tokens; blocks of one size share it.
struct RelativePositionLookup {
  let rowCount: Int
  let tokenCount: Int
  /// `[tokens²]` as `int64`.
  private let positions: Tensor

  init(_ index: RelativePositionIndex) throws {
    rowCount = index.rowCount
    tokenCount = index.tokenCount
    positions = try Tensor(index.values, shape: [tokenCount * tokenCount])
  }

  /// `[1, heads, tokens, tokens]` from `[rows, heads]`.
  func callAsFunction(_ table: Tensor) throws -> Tensor {
    try table.selecting(positions.to(table.device), along: 0)
      .reshaped([1, tokenCount, tokenCount, table.shape[1]]).permuted([0, 3, 1, 2])
  }
}
