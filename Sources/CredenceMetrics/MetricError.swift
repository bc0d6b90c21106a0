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
  /// A setting outside its range.
  case invalidSetting(name: String, value: Double, allowed: String)
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
    case .invalidSetting(let name, let value, let allowed):
      "\(name) is \(shortest(value)); it must be \(allowed)"
    case .unavailable(let reason): reason
    }
  }

  public var failureReason: String? {
    switch self {
    case .noSamples: "A metric describes samples."
    case .noErrors, .noCorrectPredictions:
      "The metric compares right and wrong predictions, so it is undefined without either."
    case .notProbabilities: "Calibration compares confidences with shares of right predictions."
    case .notFinite: "Infinities and NaN have no place in an order."
    case .tooFewSamples: "The definition divides by a number of samples that is 0 here."
    case .invalidSetting: "The setting has no meaning outside that range."
    case .unavailable: "The predictions do not hold what the metric is computed from."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .noSamples, .tooFewSamples: "Score more samples."
    case .noErrors, .noCorrectPredictions: "Score samples of both kinds, or leave the metric out."
    case .notProbabilities: "Use ranking metrics, or rescale the scores to [0, 1]."
    case .notFinite: "Correct or remove the row."
    case .invalidSetting: "Choose a value in the allowed range."
    case .unavailable: "Store logits or probabilities of all classes."
    }
  }
}
