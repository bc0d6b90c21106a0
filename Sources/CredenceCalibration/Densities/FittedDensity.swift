public import CredencePredictions
import Foundation

/// Gaussians fitted to the features of a network, as one portable file.
///
/// ```swift
/// let density = try FittedDensity(contentsOf: file)
/// let score = try density.logDensity(of: features)  // small for inputs unlike the training set
/// ```
///
/// Classes that had no samples take no part: their log density is −∞.
public struct FittedDensity: Sendable {
  /// Where the features came from.
  public struct Origin: Codable, Hashable, Sendable {
    public var model: String
    public var dataset: String
    public var split: String
    /// Of the model's weights; empty where unknown.
    public var weightsSHA256: String

    public init(
      model: String = "", dataset: String = "", split: String = "", weightsSHA256: String = ""
    ) {
      self.model = model
      self.dataset = dataset
      self.split = split
      self.weightsSHA256 = weightsSHA256
    }

    /// What a set says about itself.
    public init(_ metadata: PredictionMetadata) {
      self.init(
        model: metadata.model, dataset: metadata.dataset, split: metadata.split,
        weightsSHA256: metadata.weightsSHA256)
    }
  }

  /// What turns a centered sample x into y, so that the squared Mahalanobis distance is a sum of squares.
  public enum Factors: Sendable {
    /// The lower triangle W of each class, row after row, `[classes or 1, features · (features + 1) / 2]`: y = W x with
    /// WᵀW = Σ⁻¹. One row serves all classes.
    case triangles(Matrix)
    /// One over the standard deviation, `[classes, features]`: y = s ⊙ x.
    case scales(Matrix)
    /// Scales s as above and directions V, `[classes, rank · features]`, row after row: the distance is ‖s ⊙ x‖² − ‖V (s ⊙ x)‖².
    case lowRank(scales: Matrix, directions: Matrix, rank: Int)
  }

  public let configuration: GaussianDensity.Configuration
  /// The samples that each class had in the fit.
  public let counts: [Int]
  /// `[classes, features]`.
  public let means: Matrix
  public let factors: Factors
  /// ln det Σ of each class; 0 for a class without samples.
  public let logDeterminants: [Double]
  /// What was added to the diagonal of each class's covariance, in its own unit.
  public let jitters: [Double]
  /// The weight of the identity in each class's covariance, from 0 to 1.
  public let shrinkages: [Double]
  /// ln π of each class; all 0 for the flat prior.
  public var logPriors: [Double]
  public var origin: Origin
  /// What a user should know about the fit, such as classes without samples.
  public let warnings: [String]

  public var classCount: Int { counts.count }
  /// Features per sample.
  public var dimension: Int { means.columnCount }

  /// A density from its parts, whose sizes and ranges are checked.
  ///
  /// - Throws: `CalibrationError.malformedDensity` naming the part.
  public init(
    configuration: GaussianDensity.Configuration, counts: [Int], means: Matrix, factors: Factors,
    logDeterminants: [Double], jitters: [Double], shrinkages: [Double], logPriors: [Double],
    origin: Origin = Origin(), warnings: [String] = []
  ) throws(CalibrationError) {
    self.configuration = configuration
    self.counts = counts
    self.means = means
    self.factors = factors
    self.logDeterminants = logDeterminants
    self.jitters = jitters
    self.shrinkages = shrinkages
    self.logPriors = logPriors
    self.origin = origin
    self.warnings = warnings
    try check()
  }

  private func check() throws(CalibrationError) {
    func check(_ isValid: Bool, _ part: String, _ reason: String) throws(CalibrationError) {
      if !isValid { throw .malformedDensity(part: part, reason: reason) }
    }
    let (classes, features) = (classCount, dimension)
    try check(counts.contains { $0 > 0 }, "counts", "name no class with samples")
    try check(counts.allSatisfy { $0 >= 0 }, "counts", "hold a negative number")
    try check(features > 0, "means", "have no features")
    try check(means.rowCount == classes, "means", "have another number of classes than ‘counts’")
    for (name, values) in [
      ("log_determinants", logDeterminants), ("jitters", jitters), ("shrinkages", shrinkages),
      ("log_priors", logPriors),
    ] {
      try check(values.count == classes, name, "have another number of classes than ‘counts’")
      try check(
        !values.contains { $0.isNaN || $0 == .infinity }, name, "hold a number that is not finite")
    }
    let rows: Int
    switch factors {
    case .triangles(let matrix):
      rows = configuration.covariance == .tied ? 1 : classes
      try check(
        matrix.rowCount == rows && matrix.columnCount == Triangle.count(features), "triangles",
        "are not \(rows) × \(Triangle.count(features))")
    case .scales(let scales):
      try check(
        scales.rowCount == classes && scales.columnCount == features, "scales",
        "are not \(classes) × \(features)")
    case .lowRank(let scales, let directions, let rank):
      try check(
        scales.rowCount == classes && scales.columnCount == features, "scales",
        "are not \(classes) × \(features)")
      try check(
        rank > 0 && directions.rowCount == classes && directions.columnCount == rank * features,
        "directions", "are not \(classes) × \(rank * features)")
    }
  }

  /// Makes sure that a set comes from the network whose features were fitted.
  ///
  /// - Throws: `CalibrationError.densityMismatch`.
  public func check(_ metadata: PredictionMetadata) throws(CalibrationError) {
    for (what, fitted, given) in [
      ("The model", origin.model, metadata.model),
      ("The SHA-256 of the weights", origin.weightsSHA256, metadata.weightsSHA256),
    ] where !fitted.isEmpty && !given.isEmpty && fitted != given {
      throw .densityMismatch(what: what, expected: "‘\(fitted)’", found: "‘\(given)’")
    }
  }
}

/// How a lower triangle is stored: row i has i + 1 entries, row after row.
package enum Triangle {
  /// The entries of a triangle of so many rows.
  package static func count(_ rows: Int) -> Int { rows * (rows + 1) / 2 }
}
