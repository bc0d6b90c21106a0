/// How the gaps of calibration bins become one number.
public enum CalibrationNorm: String, Codable, Hashable, Sendable, CaseIterable {
  /// The mean gap: ECE.
  case mean = "l1"
  /// The root of the mean squared gap: RMSCE.
  case rootMeanSquare = "l2"
  /// The same less the share of it that chance alone makes, not below 0.
  case debiased
  /// The largest gap: MCE.
  case maximum = "max"

  /// The error of filled bins; empty ones count nothing.
  public func value(of bins: [CalibrationBin]) -> Double {
    let count = bins.reduce(0) { $0 + $1.count }
    switch self {
    case .mean:
      return bins.reduce(0) { $0 + abs($1.confidenceSum - $1.correct) } / count
    case .rootMeanSquare:
      return (bins.reduce(0) { $0 + $1.count * $1.gap * $1.gap } / count).squareRoot()
    case .debiased:
      let sum = bins.reduce(0) { sum, bin in
        guard bin.count > 0 else { return sum }
        let noise = bin.accuracy * (1 - bin.accuracy) / max(bin.count - 1, 1)
        return sum + bin.count * (bin.gap * bin.gap - noise)
      }
      return max(sum / count, 0).squareRoot()
    case .maximum:
      return bins.reduce(0) { max($0, $1.gap) }
    }
  }
}

/// The expected calibration error of the top label: how far confidence and accuracy lie apart, by bins.
///
/// With the norm `maximum` it is the maximum calibration error (MCE), with `rootMeanSquare` the RMSCE, with
/// `debiased` the debiased l2 error of Kumar, Liang & Ma (a bin of one sample is not corrected).
///
/// - Note: Confidences must be probabilities. Naeini, Cooper & Hauskrecht, AAAI 2015; Guo et al., ICML 2017, arXiv:1706.04599.
public struct ECE: Metric {
  /// How samples are put in bins.
  public enum Binning: String, Codable, Hashable, Sendable, CaseIterable {
    /// `EqualWidthBins`: left-open, right-closed, confidence 0 in the first.
    case equalWidth = "equal-width"
    /// `EqualMassBins`: equally many samples in each.
    case equalMass = "equal-mass"
  }

  public var binCount: Int
  public var binning: Binning
  public var norm: CalibrationNorm

  public init(binCount: Int = 15, binning: Binning = .equalWidth, norm: CalibrationNorm = .mean) {
    self.binCount = binCount
    self.binning = binning
    self.norm = norm
  }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try norm.value(of: bins(for: outcomes))
  }

  func bins(for outcomes: ScoredOutcomes) throws(MetricError) -> [CalibrationBin] {
    guard binCount >= 1 else {
      throw .invalidSetting(name: "bins", value: Double(binCount), allowed: "at least 1")
    }
    return switch binning {
    case .equalWidth: try EqualWidthBins(count: binCount).filled(with: outcomes)
    case .equalMass: try EqualMassBins(count: binCount).filled(with: outcomes)
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  private static func widthDefinition(_ binCount: Int) -> String {
    "\(binCount) equal-width bins (lower, upper], 0 in the first; top label"
  }

  private static func massDefinition(_ binCount: Int) -> String {
    "\(binCount) equal-mass bins cut at ⌊jN/B⌋, ties shared evenly; top label"
  }

  /// ECE with equal-width bins.
  public static func ece(binCount: Int = 15) -> Self {
    Self(
      id: "ece", title: "ECE", definition: "mean gap, \(widthDefinition(binCount))",
      direction: .lowerIsBetter, source: "Naeini, Cooper & Hauskrecht, AAAI 2015; arXiv:1706.04599",
      make: { ECE(binCount: binCount) })
  }

  /// MCE with equal-width bins.
  public static func mce(binCount: Int = 15) -> Self {
    Self(
      id: "mce", title: "MCE", definition: "largest gap, \(widthDefinition(binCount))",
      direction: .lowerIsBetter, source: "Naeini, Cooper & Hauskrecht, AAAI 2015; arXiv:1706.04599",
      cost: .costlyInterval, make: { ECE(binCount: binCount, norm: .maximum) })
  }

  /// RMSCE with equal-width bins.
  public static func eceL2(binCount: Int = 15) -> Self {
    Self(
      id: "ece_l2", title: "RMSCE",
      definition: "root of the mean squared gap, \(widthDefinition(binCount))",
      direction: .lowerIsBetter, source: "Kumar, Liang & Ma, NeurIPS 2019, arXiv:1909.10155",
      cost: .costlyInterval, make: { ECE(binCount: binCount, norm: .rootMeanSquare) })
  }

  /// The debiased RMSCE with equal-width bins.
  public static func eceDebiased(binCount: Int = 15) -> Self {
    Self(
      id: "ece_debiased", title: "Debiased RMSCE",
      definition:
        "root of the mean of gap² − ȳ(1 − ȳ)/(n − 1), not below 0, \(widthDefinition(binCount))",
      direction: .lowerIsBetter, source: "Kumar, Liang & Ma, NeurIPS 2019, arXiv:1909.10155",
      cost: .costlyInterval, make: { ECE(binCount: binCount, norm: .debiased) })
  }

  /// ECE with equal-mass bins.
  public static func eceEqualMass(binCount: Int = 15) -> Self {
    Self(
      id: "ece_equal_mass", title: "ECE (equal mass)",
      definition: "mean gap, \(massDefinition(binCount))",
      direction: .lowerIsBetter, source: "Nixon et al., CVPR workshop 2019, arXiv:1904.01685",
      cost: .costlyInterval, make: { ECE(binCount: binCount, binning: .equalMass) })
  }

  /// MCE with equal-mass bins.
  public static func mceEqualMass(binCount: Int = 15) -> Self {
    Self(
      id: "mce_equal_mass", title: "MCE (equal mass)",
      definition: "largest gap, \(massDefinition(binCount))",
      direction: .lowerIsBetter, source: "Nixon et al., CVPR workshop 2019, arXiv:1904.01685",
      cost: .costlyInterval,
      make: { ECE(binCount: binCount, binning: .equalMass, norm: .maximum) })
  }
}
