/// Virtual-logit matching: a virtual logit from the residual outside of the principal space, against the energy.
struct ViM: DetectionMethod {
  /// Of the principal space; 0 for the paper's choice.
  let dimension: Int

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let axes = try training.principalAxes()
    let dimension =
      dimension == 0 ? PrincipalAxes.usualDimension(width: axes.width) : dimension
    try axes.prepare(without: dimension)
    let alpha = try training.shared("ViM α \(dimension)") {
      let source = try training.requiredTraining()
      var (logits, residuals) = (0.0, 0.0)
      for rows in source.blocks {
        let block = DetectionBlock(source, rows: rows, head: training.head)
        logits += try block.logits().mapped { Double($1.max() ?? 0) }.reduce(0, +)
        residuals += try axes.residualNorms(of: block, without: dimension).reduce(0, +)
      }
      return logits / residuals
    }
    guard alpha.isFinite else {
      throw DetectionError.unavailable("the training embeddings lie in the principal space")
    }
    return Fitted(axes: axes, dimension: dimension, alpha: alpha)
  }

  struct Fitted: Detector {
    let axes: PrincipalAxes
    let dimension: Int
    let alpha: Double

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let norms = try axes.residualNorms(of: block, without: dimension)
      let energies = try block.energies()
      return zip(norms, energies).map { alpha * $0 - $1 }
    }
  }
}

/// The length of a sample's part outside of the principal space.
struct Residual: DetectionMethod {
  /// Of the principal space; 0 for the choice of ViM's paper.
  let dimension: Int

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let axes = try training.principalAxes()
    let dimension =
      dimension == 0 ? PrincipalAxes.usualDimension(width: axes.width) : dimension
    try axes.prepare(without: dimension)
    return Fitted(axes: axes, dimension: dimension)
  }

  struct Fitted: Detector {
    let axes: PrincipalAxes
    let dimension: Int

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      try axes.residualNorms(of: block, without: dimension)
    }
  }
}

extension DetectionBlock {
  /// ln Σ exp(z) of each sample.
  func energies() throws -> [Double] {
    if source.hasLogits { return try logitStatistics().map(\.logSumExp) }
    let zeros = [Float](repeating: 0, count: source.classCount)
    return try logits().mapped { _, z in
      z.baseAddress.map { logSumExp($0, times: 1, plus: zeros, times: 0, count: z.count) } ?? 0
    }
  }
}

extension DetectionDescriptor {
  private static func principalDimension(_ candidates: [Double]) -> DetectionParameter {
    DetectionParameter(
      "dim", title: "dimensions of the principal space; 0: 1000, 512 or half the features",
      default: 0, candidates: candidates, allowed: 0...1e9, isInteger: true)
  }

  /// Virtual-logit matching; OpenOOD chooses the dimension from 256 and 1000, here the paper's is tried as well.
  public static let vim = Self(
    id: "vim", title: "Virtual-logit matching (ViM)",
    source: "Wang et al., CVPR 2022, arXiv:2203.10807",
    requirements: [.embeddings, .head, .trainEmbeddings],
    parameters: [principalDimension([0, 256, 1000])]
  ) { ViM(dimension: Int($0["dim"] ?? 0)) }

  /// The residual alone.
  public static let residual = Self(
    id: "residual", title: "Residual outside of the principal space",
    source: "Wang et al., CVPR 2022, arXiv:2203.10807",
    requirements: [.embeddings, .head, .trainEmbeddings], parameters: [principalDimension([])]
  ) { Residual(dimension: Int($0["dim"] ?? 0)) }
}
