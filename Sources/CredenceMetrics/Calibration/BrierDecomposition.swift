/// What the Brier score of the top label is made of.
///
/// Brier = reliability − resolution + uncertainty + variance − covariance, exactly. The last two come from confidences
/// that differ within a bin, and vanish as bins become fine.
///
/// - Note: Murphy, Journal of Applied Meteorology 12, 1973; Stephenson, Coelho & Jolliffe, Weather and Forecasting 23, 2008.
public struct BrierDecomposition: Codable, Hashable, Sendable {
  /// The mean squared gap of confidence and accuracy over bins; lower is better.
  public var reliability: Double
  /// How much the bins' accuracies spread around the overall one; higher is better.
  public var resolution: Double
  /// The variance of correctness itself.
  public var uncertainty: Double
  /// The mean variance of the confidences within a bin.
  public var withinBinVariance: Double
  /// Twice the mean covariance of confidence and correctness within a bin.
  public var withinBinCovariance: Double

  public var brier: Double {
    reliability - resolution + uncertainty + withinBinVariance - withinBinCovariance
  }

  /// Decomposes the score by bins of equal width.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - binCount: At least 1.
  /// - Throws: `MetricError.invalidSetting`, or `notProbabilities` where a confidence is more than 1e-6 outside [0, 1].
  public init(_ outcomes: ScoredOutcomes, binCount: Int = 15) throws(MetricError) {
    guard binCount >= 1 else {
      throw .invalidSetting(name: "bins", value: Double(binCount), allowed: "at least 1")
    }
    let layout = EqualWidthBins(count: binCount)
    let bins = try layout.filled(with: outcomes)
    let starts = try layout.firstGroups(of: outcomes)
    let count = Double(outcomes.count)
    let accuracy = Double(outcomes.totals.correctCount) / count
    uncertainty = accuracy * (1 - accuracy)
    var (reliability, resolution, variance, covariance) = (0.0, 0.0, 0.0, 0.0)
    for (index, bin) in bins.enumerated() where bin.count > 0 {
      reliability += bin.count * bin.gap * bin.gap
      resolution += bin.count * (bin.accuracy - accuracy) * (bin.accuracy - accuracy)
      for group in starts[index + 1]..<starts[index] {
        let size = Double(outcomes.counts[group])
        let correct = size - Double(outcomes.errorCounts[group])
        let distance = min(max(outcomes.thresholds[group], 0), 1) - bin.meanConfidence
        variance += size * distance * distance
        covariance += distance * (correct - size * bin.accuracy)
      }
    }
    self.reliability = reliability / count
    self.resolution = resolution / count
    withinBinVariance = variance / count
    withinBinCovariance = 2 * covariance / count
  }
}

/// One term of `BrierDecomposition` as a metric.
public struct BrierTerm: Metric {
  /// Which term.
  public enum Term: String, Codable, Hashable, Sendable, CaseIterable {
    case reliability
    case resolution
    case uncertainty
  }

  public var term: Term
  public var binCount: Int

  public init(_ term: Term, binCount: Int = 15) {
    self.term = term
    self.binCount = binCount
  }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    let decomposition = try BrierDecomposition(outcomes, binCount: binCount)
    return switch term {
    case .reliability: decomposition.reliability
    case .resolution: decomposition.resolution
    case .uncertainty: decomposition.uncertainty
    }
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  /// A term of the top-label Brier score.
  public static func brierTerm(_ term: BrierTerm.Term, binCount: Int = 15) -> Self {
    let meaning =
      switch term {
      case .reliability: "mean squared gap"
      case .resolution: "mean squared distance of bin accuracies from the overall one"
      case .uncertainty: "a (1 − a), a the accuracy"
      }
    return Self(
      id: "top_label_brier_\(term.rawValue)", title: "Top-label Brier, \(term.rawValue)",
      definition: "\(meaning); \(binCount) equal-width bins (lower, upper], 0 in the first",
      direction: term == .resolution ? .higherIsBetter : .lowerIsBetter,
      source: "Murphy, Journal of Applied Meteorology 12, 1973", cost: .onRequest,
      make: { BrierTerm(term, binCount: binCount) })
  }
}
