public import CredenceTensor

/// Whether a network learns or is used.
public enum Phase: Sendable {
  /// Dropout is off, batch normalization uses its running moments.
  case evaluation
  /// Dropout is on, batch normalization uses the batch's moments and updates the running ones.
  case training(Generator)
  /// As training, but the batch's moments have this weight in the running ones instead of the layer's momentum.
  case renewing(momentum: Double, Generator)
  /// Dropout is on and nothing is updated: samples from the posterior that dropout approximates.
  ///
  /// - Note: Gal & Ghahramani, ICML 2016, arXiv:1506.02142.
  case sampling(Generator)

  /// Whether batch normalization uses the batch's moments.
  public var isTraining: Bool {
    switch self {
    case .training, .renewing: true
    case .evaluation, .sampling: false
    }
  }

  /// Where dropout draws from; `nil` where it is off.
  public var dropoutGenerator: Generator? {
    switch self {
    case .evaluation: nil
    case .training(let generator), .renewing(_, let generator), .sampling(let generator):
      generator
    }
  }
}

/// A step of a network.
public protocol Layer {
  /// The output for an input, in a phase.
  ///
  /// - Throws: `EngineError`.
  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor
}

/// Layers one after another.
public struct Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try layers.reduce(input) { try $1($0, phase) }
  }
}

/// A layer that does nothing.
public struct Identity: Layer {
  public init() {}

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor { input }
}
