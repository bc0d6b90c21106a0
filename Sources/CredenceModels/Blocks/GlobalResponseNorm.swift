import CredenceNN
import CredenceTensor

/// Channels weighed by their share of the total response: *x* + *w* *x* *n* + *b*, where *n* is a channel's norm over all positions divided by
/// the channels' mean norm.
///
/// - Note: Woo et al., CVPR 2023, arXiv:2301.00808.
struct GlobalResponseNorm: Layer {
  private let weight: Parameter
  private let bias: Parameter
  /// Whether the input is `[batch, channels, height, width]`, not `[batch, height, width, channels]`.
  private let isSpatial: Bool

  init(_ path: ParameterPath, _ channels: Int, isSpatial: Bool) throws {
    weight = try path.parameter("weight", [channels], .constant(0))
    bias = try path.parameter("bias", [channels], .constant(0))
    self.isSpatial = isSpatial
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let norms = try input.norm(over: isSpatial ? [2, 3] : [1, 2], keepsDimensions: true)
    let mean = try norms.mean(over: [isSpatial ? 1 : -1], keepsDimensions: true)
    let shape = isSpatial ? [-1, 1, 1] : [-1]
    let scaled = try weight.value.reshaped(shape) * (input * (norms / (mean + 1e-6)))
    return try input + (scaled + bias.value.reshaped(shape))
  }
}
