public import CredenceTensor

extension LossDescriptor {
  public static let focal = Self(
    "focal", title: "Focal loss: samples weigh less the surer they are", source: "arXiv:1708.02002"
  ) { FocalLoss(focusing: $0.focusing) }
}

/// The mean of (1 − *p*)^γ times −log *p*, where *p* is the label's probability.
///
/// It keeps networks from growing ever surer, and so better calibrated.
///
/// - Note: Lin et al., ICCV 2017, arXiv:1708.02002; for calibration Mukhoti et al., NeurIPS 2020, arXiv:2002.09437.
public struct FocalLoss: Loss {
  /// γ; 0 gives cross-entropy.
  public let focusing: Double

  public init(focusing: Double = 2) { self.focusing = focusing }

  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    let logProbabilities = try logits.logSoftmax()
      .gathered(labels.expandingDimension(1), along: 1)
    // Rounding may leave no doubt, whose fractional power has no gradient.
    let doubt = try (1 - logProbabilities.exp()).clamped(low: 1e-8)
    return try -(doubt.power(focusing) * logProbabilities).mean()
  }
}
