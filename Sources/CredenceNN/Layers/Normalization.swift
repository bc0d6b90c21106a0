public import CredenceTensor

/// Batch normalization of channels.
///
/// - Note: Ioffe & Szegedy, ICML 2015, arXiv:1502.03167.
public struct BatchNorm2d: Layer {
  public let weight: Parameter
  public let bias: Parameter
  public let runningMean: Parameter
  public let runningVariance: Parameter
  public let epsilon: Double
  /// The weight of the newest batch in the running moments.
  public let momentum: Double
  /// The greatest factor that a channel may be multiplied with; `nil` for any.
  private let bound: Double?

  /// - Parameters:
  ///   - path: Where the parameters stand.
  ///   - channels: Channels of the input.
  ///   - epsilon: Added to the variance.
  ///   - momentum: The weight of the newest batch in the running moments.
  ///   - spectralNorm: Its coefficient bounds |γ|/√(σ² + ε), with the running variance, where its settings ask for that.
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, _ channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1,
    spectralNorm: SpectralNorm = .off
  ) throws {
    weight = try path.parameter("weight", [channels], .ones)
    bias = try path.parameter("bias", [channels], .zeros)
    runningMean = try path.buffer("running_mean", [channels], .zeros)
    runningVariance = try path.buffer("running_var", [channels], .ones)
    self.epsilon = epsilon
    self.momentum = momentum
    bound = spectralNorm.settings.flatMap { $0.boundsBatchNorm ? $0.coefficient : nil }
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    var momentum = momentum
    if case .renewing(let weight, _) = phase { momentum = weight }
    return try input.batchNorm(
      mean: runningMean.value, variance: runningVariance.value, weight: boundedWeight(),
      bias: bias.value, isTraining: phase.isTraining, momentum: momentum, epsilon: epsilon)
  }

  /// γ, divided by one number for all channels where some channel would exceed the bound.
  private func boundedWeight() throws -> Tensor {
    guard let bound else { return weight.value }
    let scale = try withoutGradients {
      try (runningVariance.value + epsilon).reciprocalSquareRoot()
    }
    let greatest = try (weight.value * scale).magnitude().greatest(over: [0])
    return try weight.value / (greatest / bound).clamped(low: 1)
  }
}

/// Layer normalization over the last dimension.
///
/// - Note: Ba, Kiros & Hinton, arXiv:1607.06450.
public struct LayerNorm: Layer {
  public let weight: Parameter
  public let bias: Parameter?
  public let epsilon: Double

  /// - Parameters:
  ///   - path: Where `weight` and `bias` stand.
  ///   - width: The length of the last dimension.
  ///   - epsilon: Added to the variance.
  ///   - hasBias: Whether a number is added per entry.
  ///   - gain: The weights' first number.
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, _ width: Int, epsilon: Double = 1e-6, hasBias: Bool = true,
    gain: Double = 1
  ) throws {
    weight = try path.parameter("weight", [width], .constant(gain))
    bias = hasBias ? try path.parameter("bias", [width], .zeros) : nil
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.layerNorm(
      weight.shape, weight: weight.value, bias: bias?.value, epsilon: epsilon)
  }
}

/// Layer normalization over the channels of `[batch, channels, height, width]`.
public struct LayerNorm2d: Layer {
  private let norm: LayerNorm

  public init(
    _ path: ParameterPath, _ channels: Int, epsilon: Double = 1e-6, hasBias: Bool = true
  ) throws {
    norm = try LayerNorm(path, channels, epsilon: epsilon, hasBias: hasBias)
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try norm(input.permuted([0, 2, 3, 1]), phase).permuted([0, 3, 1, 2])
  }
}

/// Normalization over groups of channels.
///
/// - Note: Wu & He, ECCV 2018, arXiv:1803.08494.
public struct GroupNorm: Layer {
  public let groups: Int
  public let weight: Parameter
  public let bias: Parameter?
  public let epsilon: Double

  public init(
    _ path: ParameterPath, groups: Int, _ channels: Int, epsilon: Double = 1e-5,
    hasBias: Bool = true
  ) throws {
    self.groups = groups
    weight = try path.parameter("weight", [channels], .ones)
    bias = hasBias ? try path.parameter("bias", [channels], .zeros) : nil
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.groupNorm(groups, weight: weight.value, bias: bias?.value, epsilon: epsilon)
  }
}
