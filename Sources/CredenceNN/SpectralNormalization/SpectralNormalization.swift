package import CredenceTensor

/// A weight that is divided where the norm of its linear map exceeds a bound.
///
/// Power iteration keeps estimates of the singular vectors, *v* ← *W*ᵀ*u* / ‖·‖ and *u* ← *W v* / ‖·‖, and with them the norm
/// σ = ⟨*u*, *W v*⟩. The weight in use is *W* / max(1, σ / coefficient). Gradients flow through *W* and σ; *u* and *v* are constants. They
/// move in training only, once or more in every forward pass, also where no step follows.
///
/// Convolutions are mapped as they are, with the zeros around an image of a given size; 1 × 1 convolutions and dense layers are matrices. As
/// in the published code, whose checkpoints are to give the same numbers, 1e-5 is added to a convolution's divisor and to no matrix's.
public struct SpectralNormalization {
  /// The layer's name, such as `layer1.0.conv1`.
  public let layer: String
  /// The weight before it is divided, named `weight_orig`.
  public let weight: Parameter
  public let settings: SpectralNorm.Settings
  /// The norm at the last training step, `[1]`; 1 before the first.
  public let sigma: Parameter
  private let left: Parameter
  private let right: Parameter
  private let map: LinearMap

  init(
    _ path: ParameterPath, weight: Parameter, settings: SpectralNorm.Settings, map: LinearMap
  ) throws {
    layer = path.name
    self.weight = weight
    self.settings = settings
    self.map = map
    let lengths = map.lengths(weight.shape)
    left = try path.buffer("weight_u", [lengths.output], .unitVector)
    right = try path.buffer("weight_v", [lengths.input], .unitVector)
    sigma = try path.buffer("weight_sigma", [1], .ones)
    if !weight.isPending, settings.warmupIterations > 0 {
      try withoutGradients {
        for _ in 0..<settings.warmupIterations { try iterate(weight.value) }
        try sigma.replace(with: estimate().reshaped([1]))
      }
    }
  }

  /// The weight in use.
  ///
  /// - Parameter phase: In training the estimates move first.
  /// - Returns: A tensor of the weight's shape.
  /// - Throws: `EngineError`.
  package func weight(_ phase: Phase) throws -> Tensor {
    // Norms need the precision that products around may do without.
    try withAutocast(nil, on: weight.value.device) { try preciseWeight(phase) }
  }

  private func preciseWeight(_ phase: Phase) throws -> Tensor {
    let weight = weight.value
    let matrix = try weight.to(left.value.elementType)
    let norm: Tensor
    if phase.isTraining, settings.powerIterations > 0 {
      try withoutGradients {
        for _ in 1..<settings.powerIterations { try iterate(matrix) }
        try right.replace(
          with: map.applyAdjoint(matrix, to: left.value).normalized(over: 0))
      }
      // The last product gives both the new vector and the norm, whose gradient is wanted.
      let image = try map.apply(matrix, to: right.value)
      try withoutGradients { try left.replace(with: image.detached().normalized(over: 0)) }
      norm = try (left.value * image).sum()
    } else {
      norm = try (left.value * map.apply(matrix, to: right.value)).sum()
    }
    if phase.isTraining { try sigma.replace(with: norm.detached().reshaped([1])) }
    return try (matrix / divisor(norm)).to(weight.elementType)
  }

  private func divisor(_ norm: Tensor) throws -> Tensor {
    let factor = try (norm / settings.coefficient)
    let bounded = try Tensor.maximum(
      factor, .ones([], elementType: factor.elementType, device: factor.device))
    return map == .matrix ? bounded : try bounded + Self.offset
  }

  /// What the published code adds to the divisor of convolutions.
  private static let offset = 1e-5

  private func iterate(_ matrix: Tensor) throws {
    try right.replace(with: map.applyAdjoint(matrix, to: left.value).normalized(over: 0))
    try left.replace(with: map.apply(matrix, to: right.value).normalized(over: 0))
  }

  /// The norm that the stored vectors give, which is what evaluation divides by.
  private func estimate() throws -> Tensor {
    try (left.value * map.apply(weight.value, to: right.value)).sum()
  }

  /// Refuses images of another size than the norm was taken for.
  func check(_ input: Tensor) throws {
    guard case .convolution(let map) = map, Array(input.shape.suffix(2)) != map.inputSize else {
      return
    }
    throw EngineError.wrongShape(
      what: "The input of ‘\(layer)’, whose norm is bounded,",
      expected: "[batch, \(map.channels), \(map.inputSize[0]), \(map.inputSize[1])]",
      found: input.shape)
  }
}

extension SpectralNormalization {
  /// What the bound is worth for one layer.
  public struct Measurement: Codable, Hashable, Sendable {
    /// The layer's name.
    public var layer: String
    /// The weight's shape.
    public var shape: [Int]
    public var coefficient: Double
    /// The norm that the stored vectors give, by which evaluation divides; never above `norm`, but for rounding.
    public var estimate: Double
    /// The norm of the weight before it is divided.
    public var norm: Double
    /// The norm of the weight in use.
    public var normInUse: Double

    /// Whether the weight in use keeps the bound, but for a fraction of it.
    public func holds(tolerance: Double) -> Bool { normInUse <= coefficient * (1 + tolerance) }
  }

  /// Measures the norm by many power iterations; nothing is changed.
  ///
  /// The last two are in float64: what float32 leaves of an error in the vectors enters the norm squared.
  ///
  /// - Parameter iterations: How many; the error shrinks with the ratio of the two greatest singular values, squared, each time.
  /// - Returns: The norm and what the bound makes of it.
  /// - Throws: `EngineError`.
  public func measured(iterations: Int = 100) throws -> Measurement {
    try withoutGradients {
      var matrix = try weight.value.to(.float64)
      var u = try left.value.to(.float64)
      var v = try right.value.to(.float64)
      let estimate = try (u * map.apply(matrix, to: v)).sum()
      for (count, type) in [
        (max(0, iterations - 2), ElementType.float32), (min(2, iterations), .float64),
      ] {
        matrix = try weight.value.to(type)
        (u, v) = (try u.to(type), try v.to(type))
        for _ in 0..<count {
          v = try map.applyAdjoint(matrix, to: u).normalized(over: 0)
          u = try map.apply(matrix, to: v).normalized(over: 0)
        }
      }
      let norm = try (u * map.apply(matrix, to: v)).sum().item()
      return Measurement(
        layer: layer, shape: weight.shape, coefficient: settings.coefficient,
        estimate: try estimate.item(), norm: norm,
        normInUse: norm / (try divisor(estimate).item()))
    }
  }
}

extension ParameterPath {
  /// Makes a layer's weight, named `weight`, or `weight_orig` where its norm is bounded.
  func weight(
    _ shape: [Int], _ initialization: Initialization, _ spectralNorm: SpectralNorm,
    map: LinearMap
  ) throws -> (Parameter, SpectralNormalization?) {
    guard let settings = spectralNorm.settings else {
      return (try parameter("weight", shape, initialization), nil)
    }
    let weight = try parameter("weight_orig", shape, initialization)
    let normalization = try SpectralNormalization(
      self, weight: weight, settings: settings, map: map)
    store.add(normalization)
    return (weight, normalization)
  }
}
