public import CredenceCalibration
public import CredencePredictions
public import CredenceTensor

extension FittedDensity {
  /// Fits a density to the features and labels of predictions.
  ///
  /// - Parameters:
  ///   - set: Labeled predictions with features of the training samples.
  ///   - configuration: What to fit.
  ///   - options: Device and storage.
  /// - Returns: A density that knows the model and the data it comes from.
  /// - Throws: `PredictionError.missing` without features or labels, `UncertaintyError.degenerate` where the labels name
  ///   one class only, and as `GaussianDensity.fit`.
  public static func fit(
    _ set: PredictionSet,
    configuration: GaussianDensity.Configuration = GaussianDensity.Configuration(),
    options: GaussianDensity.FitOptions = GaussianDensity.FitOptions()
  ) throws -> FittedDensity {
    let embeddings = try set.features()
    guard let labels = set.labels else {
      throw PredictionError.missing(
        what: "labels", reason: "Each class has a density of its own.")
    }
    guard let label = labels.first(where: { $0 >= 0 }) else { throw PredictionError.noSamples }
    guard labels.contains(where: { $0 >= 0 && $0 != label }) else {
      throw UncertaintyError.degenerate(
        what: "This set", reason: "All of its labels are \(label); a density per class needs two.")
    }
    var density = try GaussianDensity.fit(
      embeddings, labels: labels, classCount: set.classCount, configuration: configuration,
      options: options)
    density.origin = Origin(set.metadata)
    return density
  }

  /// Scores the features of predictions.
  ///
  /// - Parameters:
  ///   - set: Predictions with features.
  ///   - device: Where products of matrices are computed.
  ///   - elementType: `float64`, or `float32` for half of the time.
  /// - Returns: Numbers per sample.
  /// - Throws: `PredictionError.missing` without features, and as `DensityScoring.scores(of:)`.
  public func scores(
    of set: PredictionSet, device: Device = .cpu, elementType: ElementType = .float64
  ) throws -> DensityScoring.Scores {
    try DensityScoring(self, device: device, elementType: elementType).scores(of: set.features())
  }
}

extension PredictionSet {
  /// The features, which must be there.
  fileprivate func features() throws(PredictionError) -> Matrix {
    guard let embeddings else {
      throw .missing(
        what: "features (embeddings)",
        reason: "A density is one over features; ‘credence predict --embeddings’ stores them.")
    }
    return embeddings
  }
}
