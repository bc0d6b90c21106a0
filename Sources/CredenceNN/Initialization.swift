import CredenceTensor

/// The first numbers of a parameter.
public enum Initialization: Hashable, Sendable {
  case constant(Double)
  /// Uniform over ±`bound`.
  case uniform(bound: Double)
  case normal(deviation: Double)
  /// Normal, cut off at two deviations by drawing again.
  case truncatedNormal(deviation: Double)
  /// Uniform over ±√(6 / ((1 + a²) fan-in)) with `a` = √5, PyTorch's default for weights.
  case kaimingUniform
  /// Normal with deviation √(2 / fan-out), for convolutions before ReLU.
  ///
  /// - Note: He et al., ICCV 2015, arXiv:1502.01852.
  case kaimingNormalFanOut
  /// Normal, then divided by the Euclidean norm of all entries.
  case unitVector

  static let zeros = constant(0)
  static let ones = constant(1)

  func tensor(_ shape: [Int], using generator: Generator) throws -> Tensor {
    let area = shape.dropFirst(2).reduce(1, *)
    switch self {
    case .constant(let value): return try .full(value, shape: shape, device: generator.device)
    case .uniform(let bound):
      return try .uniform(shape, low: -bound, high: bound, using: generator)
    case .normal(let deviation): return try .normal(shape, deviation: deviation, using: generator)
    case .truncatedNormal(let deviation):
      // By the inverse of the error function: P(|x| < 2σ) = erf(√2).
      let edge = 0.954499736103642
      let quantile = try Tensor.uniform(shape, low: -edge, high: edge, using: generator)
      return try quantile.inverseErrorFunction() * (deviation * 2.0.squareRoot())
    case .kaimingUniform:
      let fanIn = Double(max(1, (shape.dropFirst().first ?? 1) * area))
      let bound = 1 / fanIn.squareRoot()
      return try .uniform(shape, low: -bound, high: bound, using: generator)
    case .kaimingNormalFanOut:
      let fanOut = Double(max(1, (shape.first ?? 1) * area))
      return try .normal(shape, deviation: (2 / fanOut).squareRoot(), using: generator)
    case .unitVector:
      let direction = try Tensor.normal(shape, using: generator)
      return try direction / direction.norm(over: []).clamped(low: 1e-12)
    }
  }
}
