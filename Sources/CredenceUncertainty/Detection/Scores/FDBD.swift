import CredenceTensor

/// fDBD: the mean distance to the decision boundaries, relative to the distance from the mean training embedding.
///
/// OpenOOD sums over all classes where the paper takes the mean over the others, which is the same up to a factor.
struct FDBD: DetectionMethod {
  /// Whether distances are divided by that from the mean training embedding, else by the embedding's norm.
  let isCentered: Bool

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let head = try training.requiredHead()
    let weights = try head.weight.tensor().to(.float64)
    let gram = try weights.matrixProduct(weights.transposed()).values(as: Double.self)
    let count = head.classCount
    // One over the distance of each two classes' weights; 0 for a class and itself.
    var inverse = [Float](repeating: 0, count: count * count)
    for a in 0..<count {
      for b in 0..<count where a != b {
        let squared = gram[a * count + a] + gram[b * count + b] - 2 * gram[a * count + b]
        inverse[a * count + b] = squared > 0 ? Float(1 / squared.squareRoot()) : 0
      }
    }
    return Fitted(
      inverse: inverse, mean: isCentered ? try training.moments().mean.map(Float.init) : nil)
  }

  struct Fitted: Detector {
    /// `[classes, classes]`.
    let inverse: [Float]
    let mean: [Float]?

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let statistics = try block.logitStatistics()
      let lengths = try lengths(block)
      return try block.logits().mapped { row, z in
        let (top, largest) = (statistics[row].prediction, z[statistics[row].prediction])
        var sum: Float = 0
        for k in z.indices { sum += abs(z[k] - largest) * inverse[top * z.count + k] }
        return -Double(sum) / max(lengths[row], 1e-30)
      }
    }

    private func lengths(_ block: DetectionBlock) throws -> [Double] {
      guard let mean else { return try block.norms() }
      return try block.embeddings().mapped { _, x in
        var sum = 0.0
        for k in x.indices {
          let d = Double(x[k] - mean[k])
          sum += d * d
        }
        return sum.squareRoot()
      }
    }
  }
}

extension DetectionDescriptor {
  /// Distance to the decision boundaries.
  public static let fdbd = Self(
    id: "fdbd", title: "Distance to decision boundaries (fDBD)",
    source: "Liu & Qin, ICML 2024, arXiv:2312.11536",
    requirements: [.logits, .embeddings, .head, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "centered", title: "1: relative to the training mean; 0: to the norm", default: 1,
        candidates: [1, 0], allowed: 0...1, isInteger: true)
    ]
  ) { FDBD(isCentered: $0["centered"] == 1) }
}
