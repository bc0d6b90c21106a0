public import CredenceTensor

extension LossDescriptor {
  public static let crossEntropy = Self(
    "cross_entropy", title: "Cross-entropy, with label smoothing where asked",
    source: "label smoothing: arXiv:1512.00567"
  ) { CrossEntropy(labelSmoothing: $0.labelSmoothing) }
}

/// The mean negative logarithm of the labels' probabilities.
///
/// With label smoothing ε the target is 1 − ε + ε/classes for the label and ε/classes for every other class.
///
/// - Note: Label smoothing: Szegedy et al., CVPR 2016, arXiv:1512.00567.
public struct CrossEntropy: Loss {
  public let labelSmoothing: Double

  public init(labelSmoothing: Double = 0) { self.labelSmoothing = labelSmoothing }

  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    try logits.crossEntropy(labels, labelSmoothing: labelSmoothing)
  }
}
