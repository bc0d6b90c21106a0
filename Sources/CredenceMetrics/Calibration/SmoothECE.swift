import Foundation

/// The smooth calibration error (smECE): the ECE of a kernel smoother whose width is the error itself.
///
/// The residuals y − c are smoothed by a Gaussian reflected at 0 and 1. Their mean absolute value S falls as the width s
/// grows, and the error is the s with S(s) = s. It has no bins, is continuous in the confidences and equals the true distance
/// from calibration up to constants. Residuals are spread linearly over 4,096 cells, and the reflected Gaussian acts
/// on their cosine transform, which makes the smoothing exact on that grid.
///
/// - Note: Błasiok & Nakkiran, ICLR 2024, arXiv:2309.12236.
public struct SmoothECE: Metric {
  public init() {}

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    try outcomes.requireProbabilities()
    let residuals = Self.residuals(outcomes)
    let transform = CosineTransform(length: Self.cellCount)
    let coefficients = transform.coefficients(of: residuals)
    var (low, high) = (0.0, 1.0)
    // S never grows, so S(s) − s has one zero; halving 30 times finds it to 1e-9.
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if Self.smoothed(coefficients, transform, width: middle) > middle {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  private static let cellCount = 4096

  /// Σ (y − c) / N per cell.
  private static func residuals(_ outcomes: ScoredOutcomes) -> [Double] {
    var cells = [Double](repeating: 0, count: cellCount)
    let scale = 1 / Double(outcomes.count)
    for group in outcomes.thresholds.indices {
      let confidence = min(max(outcomes.thresholds[group], 0), 1)
      let size = Double(outcomes.counts[group])
      let residual = (size * (1 - confidence) - Double(outcomes.errorCounts[group])) * scale
      // Cell k stands at (k + ½) / G; what would fall beyond the outermost cells is reflected into them.
      let position = confidence * Double(cellCount) - 0.5
      let cell = Int(position.rounded(.down))
      let share = position - Double(cell)
      cells[max(cell, 0)] += residual * (1 - share)
      cells[min(cell + 1, cellCount - 1)] += residual * share
    }
    return cells
  }

  /// S(s): the integral of the smoothed residuals' absolute value.
  private static func smoothed(
    _ coefficients: [Double], _ transform: CosineTransform, width: Double
  ) -> Double {
    var damped = coefficients
    let decay = Double.pi * width * Double.pi * width / 2
    for k in damped.indices { damped[k] *= exp(-decay * Double(k) * Double(k)) }
    return transform.signal(of: damped).reduce(0) { $0 + abs($1) }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let smoothECE = Self(
    id: "smooth_ece", title: "Smooth ECE",
    definition: "reflected Gaussian kernel, width equal to the error; 4,096 cells; top label",
    direction: .lowerIsBetter, source: "Błasiok & Nakkiran, ICLR 2024, arXiv:2309.12236",
    cost: .costlyInterval, make: { SmoothECE() })
}
