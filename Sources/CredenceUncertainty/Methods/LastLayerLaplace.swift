public import CredencePredictions
public import CredenceTensor

/// A Gaussian posterior over the weights of the last layer, by Laplace's approximation at the trained weights.
///
/// The precision is *H* + δ*I*, with *H* the generalized Gauss–Newton matrix of the cross-entropy over the training embeddings φ (a 1 behind
/// them for the bias), *H* = Σ φφᵀ ⊗ (diag *p* − *ppᵀ*), and δ the prior's precision.
///
/// - Note: Daxberger et al., NeurIPS 2021, arXiv:2106.14806; Kristiadi, Hein & Hennig, ICML 2020, arXiv:2002.10118.
public struct LastLayerLaplace: Sendable {
  /// How much of *H* is kept.
  public enum Hessian: String, Codable, Hashable, Sendable, CaseIterable {
    /// The product of the two factors' means, (Σ φφᵀ / *n*) ⊗ Σ (diag *p* − *ppᵀ*).
    case kronecker
    /// All of it; memory grows with the square of classes times features.
    case full
    case diagonal
  }

  /// Where the prior's precision comes from.
  public enum PriorPrecision: Codable, Hashable, Sendable {
    /// The value with which the approximation makes the training data most probable.
    case marginalLikelihood
    case fixed(Double)
  }

  /// How logits that are uncertain become probabilities.
  public enum Predictive: String, Codable, Hashable, Sendable, CaseIterable {
    /// The softmax of logits divided by √(1 + π var / 8).
    ///
    /// - Note: MacKay, Neural Computation 4, 1992; for several classes Gibbs, 1998.
    case probit
    /// The mean over draws of the weights.
    case sampled
  }

  public struct Configuration: Codable, Hashable, Sendable {
    public var hessian = Hessian.kronecker
    public var priorPrecision = PriorPrecision.marginalLikelihood
    public var predictive = Predictive.probit
    /// How many draws become members.
    public var samples = 10
    public var seed: UInt64 = 0

    public init() {}
  }

  public let configuration: Configuration
  /// δ, the prior's precision.
  public let priorPrecision: Double
  /// The trained weights with the bias behind them, `[classes, features + 1]`, float64.
  let mean: Tensor
  private let basis: LaplaceBasis

  /// Fits the posterior.
  ///
  /// - Parameters:
  ///   - embeddings: Those of the training data, `[samples, features]`.
  ///   - head: The last layer.
  ///   - configuration: The approximation.
  /// - Throws: `MethodError`; `EngineError`.
  public init(
    embeddings: Matrix, head: LinearHead, _ configuration: Configuration = Configuration()
  ) throws {
    try Self.check(embeddings, head, configuration)
    let classes = head.weight.rowCount
    let width = head.weight.columnCount + 1
    let weights = (0..<classes).flatMap { head.weight.row($0) + [head.bias[$0]] }
    mean = try Tensor(weights, shape: [classes, width])
    let curvature = try LaplaceCurvature(
      embeddings, weights: mean, hessian: configuration.hessian)
    basis = try LaplaceBasis(curvature, hessian: configuration.hessian)
    switch configuration.priorPrecision {
    case .fixed(let value): priorPrecision = value
    case .marginalLikelihood:
      priorPrecision = try basis.mostProbablePrecision(
        squaredNorm: weights.reduce(0) { $0 + $1 * $1 })
    }
    self.configuration = configuration
  }

  /// The largest matrix that `Hessian.full` makes: 4,096 × 4,096 take 128 MiB.
  static let greatestSide = 4096

  private static func check(
    _ embeddings: Matrix, _ head: LinearHead, _ configuration: Configuration
  ) throws {
    guard embeddings.columnCount == head.weight.columnCount, embeddings.rowCount > 0 else {
      throw MethodError.unusableData(
        what: "The training embeddings",
        reason:
          "They are \(embeddings.rowCount) rows of \(embeddings.columnCount) numbers; the last layer takes \(head.weight.columnCount)."
      )
    }
    let side = head.weight.rowCount * (head.weight.columnCount + 1)
    guard configuration.hessian != .full || side <= greatestSide else {
      throw MethodError.badSetting(
        name: "--hessian", value: "full",
        allowed: "kronecker or diagonal for \(side) weights; full takes up to \(greatestSide)")
    }
    if case .fixed(let value) = configuration.priorPrecision, !(value > 0 && value.isFinite) {
      throw MethodError.badSetting(
        name: "--prior-precision", value: "\(value)", allowed: "above 0, or auto")
    }
    guard (1...1000).contains(configuration.samples) else {
      throw MethodError.badSetting(
        name: "--samples", value: "\(configuration.samples)", allowed: "from 1 to 1000")
    }
  }

  /// Draws of the last layer, `[classes, features + 1]` each, float64.
  ///
  /// - Throws: `EngineError`.
  public func draws() throws -> [Tensor] {
    try (0..<configuration.samples).map { member in
      let generator = try Generator(
        seed: configuration.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(member))
      let noise = try Tensor.normal(mean.shape, elementType: .float64, using: generator)
      return try mean + basis.spread(noise, priorPrecision)
    }
  }

  /// The variance of each logit.
  ///
  /// - Parameter embeddings: `[batch, features]`.
  /// - Returns: `[batch, classes]`, float64.
  /// - Throws: `EngineError`.
  public func variances(of embeddings: Tensor) throws -> Tensor {
    try basis.variances(Self.withOne(embeddings.to(.cpu).to(.float64)), priorPrecision)
  }

  /// Vectors with a 1 behind them.
  static func withOne(_ vectors: Tensor) throws -> Tensor {
    try vectors.padded([0, 1], value: 1)
  }
}
