public import Foundation

/// Why a metric has no value.
public enum MetricError: LocalizedError, Hashable, Sendable {
  case noSamples
  /// Every prediction is right, so nothing can be ranked behind.
  case noErrors
  /// Every prediction is wrong.
  case noCorrectPredictions
  /// The confidences are scores of another kind; the value names the first outside [0, 1].
  case notProbabilities(Double)
  /// A NaN or infinite confidence.
  case notFinite(row: Int)
  /// Fewer samples than the definition needs.
  case tooFewSamples(needed: Int, found: Int)
  /// The predictions lack what the metric is computed from.
  case unavailable(String)

  public var errorDescription: String? {
    switch self {
    case .noSamples: "there are no samples"
    case .noErrors: "there are no wrong predictions"
    case .noCorrectPredictions: "there are no correct predictions"
    case .notProbabilities(let value): "the confidences are not probabilities (one is \(value))"
    case .notFinite(let row): "the confidence of row \(row) is not a finite number"
    case .tooFewSamples(let needed, let found): "it needs \(needed) samples, there are \(found)"
    case .unavailable(let reason): reason
    }
  }
}
