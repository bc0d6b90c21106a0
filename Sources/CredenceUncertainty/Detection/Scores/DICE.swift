/// DICE: the energy of the logits of a last layer of which only the strongest contributions are kept.
///
/// A weight's contribution is its product with the mean training activation of its feature.
struct DICE: DetectionMethod {
  let percentile: Double

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let head = try training.requiredHead()
    let mean = try training.moments().mean
    let contributions = head.weight.values.enumerated().map { index, weight in
      weight * Float(mean[index % head.width])
    }
    var copy = contributions
    let threshold = Float(CredenceUncertainty.percentile(percentile, of: &copy))
    return Fitted(
      weights: SparseWeights(head) { contributions[$0 * head.width + $1] > threshold })
  }

  struct Fitted: Detector {
    let weights: SparseWeights

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let logits = try weights.logits(block.embeddings())
      let zeros = FloatRows(
        [Float](repeating: 0, count: logits.columnCount), columnCount: logits.columnCount)
      return try block.energies(of: logits, times: { _ in 1 }, plus: zeros)
    }
  }
}

extension DetectionDescriptor {
  /// Directed sparsification.
  public static let dice = Self(
    id: "dice", title: "Directed sparsification (DICE)",
    source: "Sun & Li, ECCV 2022, arXiv:2111.09805",
    requirements: [.embeddings, .head, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "p", title: "percentile of contributions that are left out", default: 90, allowed: 0...100)
    ]
  ) { DICE(percentile: $0["p"] ?? 90) }
}
