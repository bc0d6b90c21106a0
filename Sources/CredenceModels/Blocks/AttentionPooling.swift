import CredenceNN
import CredenceTensor

/// One learned query that attends to all tokens and is refined by an MLP: `[batch, tokens, width]` to `[batch, width]`.
///
/// - Note: Lee et al., ICML 2019, arXiv:1810.00825; Zhai et al., CVPR 2022, arXiv:2106.04560.
struct AttentionPooling: Layer {
  private let heads: Int
  /// `[1, 1, width]`.
  private let latent: Parameter
  private let query: Linear
  private let keyValue: Linear
  private let leave: Linear
  private let norm: any Layer
  private let mlp: MLP

  init(
    _ path: ParameterPath, _ width: Int, heads: Int, hidden: Int, norm: TokenNorm,
    activation: Activation
  ) throws {
    self.heads = heads
    latent = try path.parameter(
      "latent", [1, 1, width],
      .truncatedNormal(deviation: 1 / Double(width).squareRoot()))
    query = try .ofTokens(path / "q", from: width, to: width)
    keyValue = try .ofTokens(path / "kv", from: width, to: 2 * width)
    leave = try .ofTokens(path / "proj", from: width, to: width)
    self.norm = try norm.layer(path / "norm", width)
    mlp = try MLP(path / "mlp", width, hidden: hidden, activation: activation)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let queries = try query(latent.value, phase).repeated(forBatchOf: input)
    let shape = input.shape
    let parts = try keyValue(input, phase)
      .reshaped([-1, shape[1], 2, heads, shape[2] / heads]).unbound(2)
    let pooled = try leave(
      queries.dividedIntoHeads(heads).attention(
        key: parts[0].transposed(1, 2), value: parts[1].transposed(1, 2)
      ).joiningHeads(), phase)
    return try (pooled + mlp(norm(pooled, phase), phase)).selecting(0, of: 1)
  }
}
