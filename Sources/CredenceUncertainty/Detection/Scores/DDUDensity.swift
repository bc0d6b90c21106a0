import CredenceCalibration
import CredencePredictions

/// Minus the log density of class-conditional Gaussians on the embeddings, in double precision.
///
/// One covariance per class, regularized so that the fit can't fail; where the factors of all classes would take more than 1 GB
/// (1,000 classes × 2,048 features), low-rank plus diagonal covariances.
struct DDUDensity: DetectionMethod {
  func fitted(to training: DetectionTraining) throws -> any Detector {
    let source = try training.requiredTraining()
    let entries = try training.classCount() * source.embeddingWidth * source.embeddingWidth
    return Fitted(
      density: try FittedDensity.fit(
        source.set,
        configuration: GaussianDensity.Configuration(
          covariance: entries <= 1 << 27 ? .perClass : .lowRank)))
  }

  struct Fitted: Detector {
    let density: FittedDensity

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let embeddings = try block.embeddings()
      let matrix = try Matrix(embeddings.values, columnCount: embeddings.columnCount)
      return try DensityScoring(density).scores(of: matrix).logDensities.map { -$0 }
    }
  }
}

extension DetectionDescriptor {
  /// The feature density of deep deterministic uncertainty.
  public static let ddu = Self(
    id: "ddu", title: "Feature density (DDU)",
    source: "Mukhoti et al., CVPR 2023, arXiv:2102.11582",
    requirements: [.embeddings, .trainEmbeddings, .trainLabels]
  ) { _ in DDUDensity() }
}
