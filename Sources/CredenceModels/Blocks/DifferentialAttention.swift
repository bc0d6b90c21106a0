import CredenceNN
import CredenceTensor
import Foundation

/// Multi-head attention in which each head subtracts one attention pattern from another.
///
/// - Note: Ye et al., ICLR 2025, arXiv:2410.05258.
struct DifferentialAttention: Layer {
  private let heads: Int
  private let project: Linear
  private let difference: AttentionDifference
  private let leave: Linear

  /// - Parameters:
  ///   - path: Where the layers stand.
  ///   - width: Features of a token.
  ///   - heads: Pairs of attention patterns.
  ///   - depth: The block's index, which the factor of the second pattern depends on.
  /// - Throws: `EngineError`.
  init(_ path: ParameterPath, _ width: Int, heads: Int, depth: Int) throws {
    self.heads = heads
    project = try .ofTokens(path / "qkv", from: width, to: 3 * width)
    difference = try AttentionDifference(path, headWidth: width / heads, depth: depth)
    leave = try .ofTokens(path / "proj", from: width, to: width)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let width = input.shape[2]
    let parts = try project(input, phase).split([width, width, width], along: -1)
    return try leave(difference(parts[0], parts[1], parts[2], heads: heads, phase), phase)
  }
}

/// The difference of two attention patterns, normalized.
struct AttentionDifference {
  /// Two pairs of `[width / 2]`, whose products' exponentials give the factor of the second pattern.
  private let factors: [Parameter]
  private let start: Double
  private let norm: RMSNorm

  init(_ path: ParameterPath, headWidth: Int, depth: Int) throws {
    factors = try ["lambda_q1", "lambda_k1", "lambda_q2", "lambda_k2"].map {
      try path.parameter($0, [headWidth / 2], .normal(deviation: 0.1))
    }
    start = 0.8 - 0.6 * exp(-0.3 * Double(depth))
    norm = try RMSNorm(path / "sub_norm", headWidth, epsilon: 1e-5)
  }

  /// `[batch, tokens, heads · width]` of three such.
  func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: Int, _ phase: Phase
  ) throws -> Tensor {
    let shape = query.shape
    func halves(_ tensor: Tensor) throws -> [Tensor] {
      try tensor.reshaped([-1, shape[1], heads, 2, shape[2] / (2 * heads)]).unbound(3)
        .map { try $0.transposed(1, 2) }
    }
    let queries = try halves(query)
    let keys = try halves(key)
    let values = try value.dividedIntoHeads(heads)
    let first = try (factors[0].value * factors[1].value).sum().exp()
    let second = try (factors[2].value * factors[3].value).sum().exp()
    let factor = try first - second + start
    let patterns = try zip(queries, keys).map { try $0.attention(key: $1, value: values) }
    let difference = try patterns[0] - patterns[1] * factor
    return try (norm(difference, phase) * (1 - start)).joiningHeads()
  }
}
