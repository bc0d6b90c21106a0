public import CredenceNN
public import CredenceTensor

/// A residual network for vectors, such as points in the plane: a dense layer, *x* + dropout(ReLU(linear(*x*))) a few times, and a classifier.
///
/// Takes `[batch, features]` where other networks take images.
///
/// - Note: The network for two moons of Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public struct ResidualMLP: Network {
  private let first: Linear
  private let blocks: [Linear]
  private let dropout: Dropout
  private let last: Linear

  public var classifier: Linear? { last }

  /// - Parameters:
  ///   - path: Where the layers stand: `first`, `residuals.0` and on, `last`.
  ///   - inputs: Features of the input.
  ///   - width: Of the hidden layers.
  ///   - depth: The number of residual layers.
  ///   - classCount: How many classes are told apart.
  ///   - dropoutRate: Of the residual layers.
  ///   - spectralNorm: Whether the norms of all layers but the last are bounded.
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, inputs: Int = 2, width: Int = 128, depth: Int = 4, classCount: Int = 2,
    dropoutRate: Double = 0, spectralNorm: SpectralNorm = .off
  ) throws {
    first = try Linear(path / "first", from: inputs, to: width, spectralNorm: spectralNorm)
    blocks = try (0..<depth).map {
      try Linear(path / "residuals" / $0, from: width, to: width, spectralNorm: spectralNorm)
    }
    dropout = Dropout(dropoutRate)
    last = try Linear(path / "last", from: width, to: classCount)
  }

  /// Runs the network.
  ///
  /// - Parameters:
  ///   - points: `[batch, inputs]`.
  ///   - phase: Whether the network learns.
  /// - Returns: Logits and features.
  /// - Throws: `EngineError`.
  public func callAsFunction(_ points: Tensor, _ phase: Phase) throws -> NetworkOutput {
    var embeddings = try first(points, phase)
    for block in blocks {
      embeddings = try embeddings + dropout(block(embeddings, phase).relu(), phase)
    }
    return NetworkOutput(logits: try last(embeddings, phase), embeddings: embeddings)
  }
}
