import Foundation

/// ASH and SCALE: the energy of the logits of shaped activations.
///
/// Each sample's activations below its own percentile are removed (but by SCALE) and the rest is kept, made equal or enlarged.
struct ActivationShaping: DetectionMethod {
  /// What happens to the activations that stay.
  enum Shape: Sendable {
    /// They stay as they are.
    case prune
    /// They are multiplied by exp(sum before / sum after).
    case scale
    /// All get the same value, the sum before / their number.
    case binarize
    /// Nothing is removed; all are multiplied by exp(sum before / sum after a removal).
    case scaleAll
  }

  let shape: Shape
  let percentile: Double

  func fitted(to training: DetectionTraining) throws -> any Detector {
    Fitted(
      shape: shape, percentile: percentile,
      weights: shape == .scaleAll ? nil : try training.sparseProduct())
  }

  struct Fitted: Detector {
    let shape: Shape
    let percentile: Double
    let weights: SparseProduct?

    func uncertainties(of block: DetectionBlock) throws -> [Double] {
      let pruned = try block.prunedActivations(percentile)
      let rows = pruned.rows
      guard let weights else { return try scaled(block, rows) }
      switch shape {
      case .binarize:
        let count = Double(pruned.keptCount)
        return try block.energies(
          of: block.prunedWeightSums(percentile, weights),
          times: { Float(rows[$0].sum / count) }, plus: block.biases())
      case .scale:
        return try block.energies(
          of: block.prunedProducts(percentile, weights), times: { Float(rows[$0].scale) },
          plus: block.biases())
      case .prune, .scaleAll:
        return try block.energies(
          of: block.prunedProducts(percentile, weights), times: { _ in 1 }, plus: block.biases())
      }
    }

    /// W (r x) + b = r z + (1 − r) b, so that the logits suffice.
    private func scaled(
      _ block: DetectionBlock, _ rows: [PrunedActivations.Row]
    ) throws -> [Double] {
      let bias = try block.requiredHead().bias
      return try block.logits().mapped { row, z in
        let factor = Float(rows[row].scale)
        guard let z = z.baseAddress else { return 0 }
        return -logSumExp(z, times: factor, plus: bias, times: 1 - factor, count: bias.count)
      }
    }
  }
}

extension DetectionDescriptor {
  private static func shaping(
    _ id: String, title: String, source: String, percentile: Double,
    _ shape: ActivationShaping.Shape
  ) -> Self {
    Self(
      id: id, title: title, source: source, requirements: [.embeddings, .head],
      parameters: [
        DetectionParameter(
          "percentile", title: "of a sample's activations", default: percentile,
          candidates: [65, 70, 75, 80, 85, 90, 95], allowed: 0...100)
      ]
    ) { ActivationShaping(shape: shape, percentile: $0["percentile"] ?? percentile) }
  }

  /// ASH-P: small activations are removed.
  public static let ashP = shaping(
    "ash_p", title: "Activation shaping, pruned (ASH-P)",
    source: "Djurisic et al., ICLR 2023, arXiv:2209.09858", percentile: 90, .prune)

  /// ASH-S: small activations are removed and the others enlarged.
  public static let ashS = shaping(
    "ash_s", title: "Activation shaping, scaled (ASH-S)",
    source: "Djurisic et al., ICLR 2023, arXiv:2209.09858", percentile: 90, .scale)

  /// ASH-B: small activations are removed and the others made equal; what OpenOOD calls ASH.
  public static let ashB = shaping(
    "ash_b", title: "Activation shaping, binarized (ASH-B)",
    source: "Djurisic et al., ICLR 2023, arXiv:2209.09858", percentile: 90, .binarize)

  /// SCALE: all activations are enlarged.
  public static let scale = shaping(
    "scale", title: "Activation scaling (SCALE)", source: "Xu et al., ICLR 2024, arXiv:2310.00227",
    percentile: 85, .scaleAll)
}
