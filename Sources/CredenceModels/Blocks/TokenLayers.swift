import CredenceNN

extension Linear {
  /// A layer that starts as transformers' do: weights normal with deviation 0.02, biases zero.
  static func ofTokens(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, hasBias: Bool = true
  ) throws -> Linear {
    try Linear(
      path, from: inputs, to: outputs, hasBias: hasBias,
      initialization: .truncatedNormal(deviation: 0.02), biasInitialization: .constant(0))
  }

  /// The last layer of a classifier; `nil` for a network that ends with its embeddings.
  static func head(_ path: ParameterPath, from width: Int, _ settings: NetworkSettings) throws
    -> Linear?
  {
    settings.classCount > 0 ? try .ofTokens(path, from: width, to: settings.classCount) : nil
  }
}

/// The normalization of tokens' features.
enum TokenNorm: Hashable, Sendable {
  case layer(epsilon: Double = 1e-6)
  case rootMeanSquare(epsilon: Double = 1e-6)

  func layer(_ path: ParameterPath, _ width: Int, gain: Double = 1) throws -> any Layer {
    switch self {
    case .layer(let epsilon): try LayerNorm(path, width, epsilon: epsilon, gain: gain)
    case .rootMeanSquare(let epsilon): try RMSNorm(path, width, epsilon: epsilon)
    }
  }
}
