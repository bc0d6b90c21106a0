import CredenceNN
import CredenceTensor

/// A normalization of each position's channels.
enum ChannelNorm: Sendable {
  /// Mean 0 and variance 1, then a factor and a summand for each channel.
  case layer
  /// Division by the root of the mean square, then a factor.
  case rootMeanSquare
  /// Division by the standard deviation without removing the mean, then a factor.
  case deviation

  /// The layer.
  ///
  /// - Parameters:
  ///   - path: Where its parameters stand.
  ///   - channels: How many there are.
  ///   - epsilon: Added under the root.
  ///   - isSpatial: Whether the input is `[batch, channels, height, width]`; else channels are the last dimension.
  /// - Returns: The layer.
  /// - Throws: `EngineError`.
  func layer(_ path: ParameterPath, _ channels: Int, epsilon: Double = 1e-6, isSpatial: Bool)
    throws -> any Layer
  {
    let norm: any Layer =
      switch self {
      case .layer: try LayerNorm(path, channels, epsilon: epsilon)
      case .rootMeanSquare: try RMSNorm(path, channels, epsilon: epsilon)
      case .deviation: try DeviationNorm(path, channels, epsilon: epsilon)
      }
    return isSpatial ? ChannelsLast([norm]) : norm
  }
}

/// Layers that see images as `[batch, height, width, channels]`.
struct ChannelsLast: Layer {
  private let inner: Sequential

  init(_ layers: [any Layer]) { inner = Sequential(layers) }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try inner(input.permuted([0, 2, 3, 1]), phase).permuted([0, 3, 1, 2])
  }
}

private struct DeviationNorm: Layer {
  private let weight: Parameter
  private let epsilon: Double

  init(_ path: ParameterPath, _ channels: Int, epsilon: Double) throws {
    weight = try path.parameter("weight", [channels], .constant(1))
    self.epsilon = epsilon
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let variance = try input.variance(over: [-1], keepsDimensions: true)
    return try input * (variance + epsilon).reciprocalSquareRoot() * weight.value
  }
}
