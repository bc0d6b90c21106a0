import CredenceNN
import CredenceTensor

/// Multi-head attention among all places of `[batch, channels, rows, columns]`, with 1 × 1 convolutions for projections.
///
/// - Note: Dai et al., NeurIPS 2021, arXiv:2106.04803.
struct MapAttention: Layer {
  private let heads: Int
  /// Query, key and value of the first head, of the second, and so on.
  private let project: Conv2d
  private let bias: any AttentionBias
  private let leave: Conv2d

  /// - Parameters:
  ///   - path: Where the projections stand.
  ///   - inputs: Channels of the input.
  ///   - width: Channels of queries, keys and values; heads have 32.
  ///   - outputs: Channels of the output.
  ///   - bias: What is added to the scores.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, from inputs: Int, width: Int, to outputs: Int,
    bias: any AttentionBias
  ) throws {
    heads = width / 32
    project = try Conv2d(path / "qkv", from: inputs, to: 3 * width, kernel: 1)
    self.bias = bias
    leave = try Conv2d(path / "proj", from: width, to: outputs, kernel: 1)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let stacked = try project(input, phase)
    let shape = stacked.shape
    let parts = try stacked.reshaped([-1, heads, 3, shape[1] / (3 * heads), shape[2] * shape[3]])
      .unbound(2).map { try $0.transposed(2, 3) }
    let attended = try parts[0].attention(
      key: parts[1], value: parts[2], mask: bias().matching(parts[0]))
    return try leave(
      attended.transposed(2, 3).reshaped([-1, shape[1] / 3, shape[2], shape[3]]), phase)
  }
}
