import CredenceCalibration
import CredenceTensor
import Foundation

/// The factor of a covariance, and what was done to it.
struct CovarianceFactor {
  /// Lower triangle L with LLᵀ = Σ, `[features, features]`.
  var triangle: Tensor
  /// What was added to the diagonal.
  var jitter: Double
  /// The weight of the identity.
  var shrinkage = 0.0

  /// ln det Σ.
  func logDeterminant() throws -> Double {
    try 2 * Self.diagonal(.tensor(triangle)).log().sum().item()
  }

  /// W = L⁻¹, by which a centered sample is whitened: the rows of the triangle without the zeros.
  func whitening() throws -> [Double] {
    if triangle.device == .cpu {
      return try Self.packedInverse(.tensor(triangle)).values()
    }
    let size = triangle.shape[0]
    let identity = try Self.identity(
      .int(size), .elementType(.float64), .none, .device(triangle.device), .none)
    let values = try Self.solve(
      .tensor(triangle), .tensor(identity), .bool(false), .bool(true), .bool(false)
    ).contiguous().values(as: Double.self)
    return (0..<size).flatMap { values[$0 * size...$0 * size + $0] }
  }

  private static let factorize = Operator("aten::linalg_cholesky_ex")
  private static let diagonal = Operator("aten::diagonal")
  private static let identity = Operator("aten::eye")
  private static let packedInverse = Operator("credence::packed_inverse")
  private static let solve = Operator("aten::linalg_solve_triangular")

  /// The first value of a ladder that, added to the diagonal, makes a covariance factor.
  ///
  /// - Parameters:
  ///   - covariance: `[features, features]`, of which the lower triangle is read.
  ///   - ladder: Rising values.
  ///   - leastPivot: What the squares of the factor's diagonal must exceed; below it they are rounding errors.
  /// - Returns: `nil` where no value is enough.
  /// - Throws: `EngineError`.
  static func first(
    of covariance: Tensor, ladder: some Sequence<Double>, leastPivot: Double = 0
  ) throws -> CovarianceFactor? {
    let identity = try identity(
      .int(covariance.shape[0]), .elementType(.float64), .none, .device(covariance.device), .none)
    for jitter in ladder {
      let sum = jitter == 0 ? covariance : try covariance + identity * jitter
      let results = try factorize.tensors([.tensor(sum), .bool(false), .bool(false)])
      guard try results[1].item() == 0 else { continue }
      let least = try diagonal(.tensor(results[0])).least(over: [0]).item()
      if least * least > leastPivot { return Self(triangle: results[0], jitter: jitter) }
    }
    return nil
  }

  /// The ladder relative to a mean variance: nothing, then from 10⁻¹² to 10⁻¹ of it.
  static func relativeLadder(meanVariance: Double) -> [Double] {
    [0] + (-12 ... -1).map { pow(10, Double($0)) * meanVariance }
  }

  /// The published ladder: nothing, then powers of ten as float32 stores them, of which those below 10⁻⁴⁵ are 0.
  static let publishedLadder: [Double] =
    [0] + (-45 ... -1).map { Double(Float(pow(10, Double($0)))) }
}

/// How strongly a covariance is mixed with the mean variance times the identity.
enum ShrinkageWeight {
  /// The weight that minimizes the expected squared error, without supposing a distribution.
  ///
  /// - Parameters:
  ///   - count: Samples.
  ///   - trace: Of the covariance, normalized by the number of samples.
  ///   - sumOfSquares: Of all entries of that covariance.
  ///   - quartic: Σ‖x‖⁴ over the centered samples.
  ///   - dimension: Features.
  /// - Returns: From 0 to 1; 0 for two samples, whatever they are.
  /// - Note: Ledoit & Wolf, Journal of Multivariate Analysis 2004.
  static func ledoitWolf(
    count: Int, trace: Double, sumOfSquares: Double, quartic: Double, dimension: Int
  ) -> Double {
    let (n, p) = (Double(count), Double(dimension))
    let spread = (quartic / n - sumOfSquares) / n
    let distance = sumOfSquares - trace * trace / p
    guard spread > 0 else { return 0 }
    return spread < distance ? spread / distance : 1
  }

  /// The weight for normal features that approximates the best one when iterated.
  ///
  /// - Parameters: As `ledoitWolf(count:trace:sumOfSquares:quartic:dimension:)`.
  /// - Note: Chen, Wiesel, Eldar & Hero, IEEE Transactions on Signal Processing 2010.
  static func oas(count: Int, trace: Double, sumOfSquares: Double, dimension: Int) -> Double {
    let (n, p) = (Double(count), Double(dimension))
    let meanSquare = sumOfSquares / (p * p)
    let squaredMean = trace * trace / (p * p)
    let denominator = (n + 1) * (meanSquare - squaredMean / p)
    return denominator > 0 ? min(1, (meanSquare + squaredMean) / denominator) : 1
  }
}
