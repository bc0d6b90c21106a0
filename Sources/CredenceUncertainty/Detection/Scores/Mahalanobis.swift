/// The squared Mahalanobis distance to the nearest class mean, under one covariance for all classes.
///
/// Relative: minus the distance to the mean of all, under the covariance of all.
struct Mahalanobis: DetectionMethod {
  let isRelative: Bool

  func fitted(to training: DetectionTraining) throws -> any Detector {
    Fitted(space: try training.whitenedSpace(), isRelative: isRelative)
  }

  struct Fitted: Detector {
    let space: WhitenedSpace
    let isRelative: Bool

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      try space.distances(of: block).map { isRelative ? $0.nearest - $0.background : $0.nearest }
    }
  }
}

extension DetectionDescriptor {
  /// Mahalanobis distance with a tied covariance, on the last features, without input perturbation.
  public static let mahalanobis = Self(
    id: "mahalanobis", title: "Mahalanobis distance",
    source: "Lee et al., NeurIPS 2018, arXiv:1807.03888",
    requirements: [.embeddings, .trainEmbeddings, .trainLabels]
  ) { _ in Mahalanobis(isRelative: false) }

  /// Relative Mahalanobis distance.
  public static let relativeMahalanobis = Self(
    id: "relative_mahalanobis", title: "Relative Mahalanobis distance",
    source: "Ren et al., 2021, arXiv:2106.09022",
    requirements: [.embeddings, .trainEmbeddings, .trainLabels]
  ) { _ in Mahalanobis(isRelative: true) }
}
