/// GradNorm: the 1-norm of the last layer's gradient of KL(uniform ‖ softmax).
///
/// The gradient is (p − 1 / C) xᵀ, so its norm is Σ |p − 1 / C| · Σ |x|. OpenOOD sums over the classes where the paper takes the mean,
/// which multiplies every score by C.
struct GradNorm: DetectionMethod, Detector {
  func fitted(to training: DetectionTraining) -> any Detector { self }

  func uncertainties(of block: DetectionBlock) throws -> [Double] {
    let statistics = try block.logitStatistics()
    return try block.embeddings().mapped { row, x in
      -statistics[row].distanceFromUniform * sumOfMagnitudes(x)
    }
  }
}

extension DetectionDescriptor {
  /// GradNorm of the last layer, in closed form.
  public static let gradNorm = Self(
    id: "gradnorm", title: "Gradient norm of the last layer (GradNorm)",
    source: "Huang, Geng & Li, NeurIPS 2021, arXiv:2110.00218",
    requirements: [.probabilities, .embeddings]
  ) { _ in GradNorm() }
}
