public import CredenceTensor

extension LossDescriptor {
  public static let outlierExposure = Self(
    "outlier_exposure", title: "Cross-entropy, and even probabilities for outliers",
    source: "arXiv:1812.04606", usesOutliers: true
  ) { OutlierExposure(weight: $0.outlierWeight) }
}

/// Cross-entropy of inliers, plus a weight times the cross-entropy of outliers with the uniform distribution.
///
/// Outliers have the label −1. A batch may lack either kind, whose part is then 0.
///
/// - Note: Hendrycks, Mazeika & Dietterich, ICLR 2019, arXiv:1812.04606. Their code leaves out the constant log classes, as this does.
public struct OutlierExposure: Loss {
  /// 0.5 in the paper.
  public let weight: Double

  public init(weight: Double = 0.5) { self.weight = weight }

  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    let logProbabilities = try logits.logSoftmax()
    let isInlier = try labels.isGreater(than: -0.5).to(logits.elementType)
    let isOutlier = try 1 - isInlier
    let classes = try labels.clamped(low: 0).to(.int64).expandingDimension(1)
    let inliers = try logProbabilities.gathered(classes, along: 1).removingDimension(1)
    let outliers = try logProbabilities.mean(over: [1])
    func mean(_ values: Tensor, _ chosen: Tensor) throws -> Tensor {
      try (values * chosen).sum() / chosen.sum().clamped(low: 1)
    }
    return try -(mean(inliers, isInlier) + mean(outliers, isOutlier) * weight)
  }
}
