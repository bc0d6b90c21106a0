import CredenceFiles
import CredenceTensor
import Foundation

/// The posterior variance of a Gaussian process on random Fourier features of the embeddings, with a Laplace approximation.
///
/// φ(x) = cos(W x' + b) with W normal, b uniform over [0, 2π) and x' the embedding with mean 0 and variance 1 over its features,
/// divided by √scale. The precision is ridge · 1 + Σ φ φᵀ over all training samples, exactly, and the uncertainty
/// v = ridge · φᵀ Σ φ. Two departures from spectral-normalized Gaussian processes: the network is as it was trained, and the kernel's
/// squared scale is the number of features by default, since the published 1 makes any two embeddings unrelated.
struct SNGPVariance: DetectionMethod {
  let featureCount: Int
  let ridge: Double
  /// The kernel's squared length scale in units of the number of features.
  let scale: Double
  let seed: UInt64

  func fitted(to training: DetectionTraining) throws -> any Detector {
    let source = try training.requiredTraining()
    let width = source.embeddingWidth
    let (weights, phases) = Self.features(
      width: width, count: featureCount, scale: scale * Double(width), seed: seed)
    let features = FourierFeatures(
      angles: try FloatProduct(
        Tensor(weights, shape: [width, featureCount]).transposed(),
        bias: Tensor(phases, shape: [featureCount])))
    var sum = SymmetricSum(dimension: featureCount, device: .cpu)
    for rows in source.blocks {
      try sum.add(features(source.embeddings(rows)))
    }
    let (values, vectors) = try sum.lowerTriangle(times: 1).symmetricEigen()
    let factors: [Double] = try values.values(as: Double.self).map {
      (ridge / (max($0, 0) + ridge)).squareRoot()
    }
    let map = try vectors * Tensor(factors, shape: [1, featureCount])
    return Fitted(features: features, map: try FloatProduct(map.transposed()))
  }

  /// The random weights, `[features, count]` divided by the length scale, and phases.
  static func features(
    width: Int, count: Int, scale: Double, seed: UInt64
  ) -> (weights: [Float], phases: [Float]) {
    var generator = SplitMix64(seed: seed)
    func uniform() -> Double { (Double(generator.next() >> 11) + 0.5) * 0x1p-53 }
    var weights: [Float] = []
    weights.reserveCapacity(width * count)
    for _ in 0..<width * count {
      // Box and Muller's cosine; its sine is not used, so that every weight has its own two draws.
      let radius = (-2 * log(uniform())).squareRoot()
      weights.append(Float(radius * cos(2 * Double.pi * uniform()) / scale.squareRoot()))
    }
    return (weights, (0..<count).map { _ in Float(2 * Double.pi * uniform()) })
  }

  struct FourierFeatures {
    let angles: FloatProduct

    func callAsFunction(_ embeddings: FloatRows) throws -> Tensor {
      let x = try embeddings.tensor()
      let centered = try x - x.mean(over: [1], keepsDimensions: true)
      let variance = try (centered * centered).mean(over: [1], keepsDimensions: true)
      let normalized = try centered * (variance + 1e-5).reciprocalSquareRoot()
      return try angles(normalized).cos()
    }
  }

  struct Fitted: Detector {
    let features: FourierFeatures
    let map: FloatProduct

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let coordinates = try map(features(block.embeddings()))
      return try FloatRows(coordinates).mapped { sumOfSquares($1) }
    }
  }
}

extension DetectionDescriptor {
  /// The variance of a Gaussian-process layer.
  public static let sngp = Self(
    id: "sngp", title: "Gaussian-process variance (SNGP)",
    source: "Liu et al., NeurIPS 2020, arXiv:2006.10108",
    requirements: [.embeddings, .trainEmbeddings],
    parameters: [
      DetectionParameter(
        "features", title: "random features", default: 1024, allowed: 1...65536, isInteger: true),
      DetectionParameter("ridge", title: "prior precision", default: 1, allowed: 1e-12...1e12),
      DetectionParameter(
        "scale", title: "squared length scale / number of features", default: 1,
        candidates: [0.1, 1, 10], allowed: 1e-9...1e9),
      DetectionParameter(
        "seed", title: "of the random features", default: 1, allowed: 0...9e15, isInteger: true),
    ]
  ) { settings in
    SNGPVariance(
      featureCount: Int(settings["features"] ?? 1024), ridge: settings["ridge"] ?? 1,
      scale: settings["scale"] ?? 1, seed: UInt64(settings["seed"] ?? 1))
  }
}
