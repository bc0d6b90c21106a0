/// ReAct: the energy of the logits of activations that are cut off at a percentile of in-distribution activations.
///
/// Cutting off changes the logits by minus the weights times the excess, which most activations do not have.
struct ReAct: DetectionMethod {
  let percentile: Double

  func fitted(to training: DetectionTraining) throws -> any Detector {
    Fitted(
      weights: try training.sparseProduct(),
      threshold: Float(try training.activationPercentile(percentile)))
  }

  struct Fitted: Detector {
    let weights: SparseProduct
    let threshold: Float

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let logits = try block.logits()
      let excess = try weights.products(of: block.embeddings()) { _, values, entries in
        for (feature, value) in values.enumerated() where value > threshold {
          entries.append(feature, value - threshold)
        }
      }
      return try block.energies(of: excess, times: { _ in -1 }, plus: logits)
    }
  }
}

extension DetectionBlock {
  /// Minus the energy, −ln Σ exp(a q + c), of products with one factor per sample and logits or biases added.
  func energies(
    of products: FloatRows, times factor: @Sendable (Int) -> Float, plus added: FloatRows
  ) throws -> [Double] {
    try products.mapped { row, q in
      let start = added.rowCount == 1 ? 0 : row * added.columnCount
      return added.values.withUnsafeBufferPointer { added in
        guard let q = q.baseAddress, let c = added.baseAddress else { return 0 }
        return -logSumExp(
          q, times: factor(row), plus: c + start, times: 1, count: products.columnCount)
      }
    }
  }

  /// The last layer's biases as one row.
  func biases() throws -> FloatRows {
    let bias = try requiredHead().bias
    return FloatRows(bias, columnCount: bias.count)
  }
}

extension DetectionDescriptor {
  /// ReAct with the energy; the percentile is taken over the held-out samples' activations, as OpenOOD takes it.
  public static let react = Self(
    id: "react", title: "Rectified activations (ReAct)",
    source: "Sun, Guo & Li, NeurIPS 2021, arXiv:2111.12797",
    requirements: [.embeddings, .head, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "percentile", title: "of in-distribution activations", default: 90,
        candidates: [85, 90, 95, 99], allowed: 0...100)
    ]
  ) { ReAct(percentile: $0["percentile"] ?? 90) }
}
