public import Foundation

/// Why a rescaling, threshold or conformal set can't be fitted or applied.
public enum CalibrationError: LocalizedError, Hashable, Sendable {
  /// A setting outside its range.
  case invalidSetting(name: String, value: Double, allowed: String)
  /// Too few samples for what was asked.
  case tooFewSamples(needed: Int, found: Int, purpose: String)
  /// The predictions lack what the method needs.
  case unavailable(String)
  /// A policy made for predictions of another shape or kind.
  case mismatch(what: String, expected: String, found: String)

  public var errorDescription: String? {
    switch self {
    case .invalidSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)."
    case .tooFewSamples(let needed, let found, let purpose):
      "\(purpose) needs \(needed) samples, there are \(found)."
    case .unavailable(let reason): reason
    case .mismatch(let what, let expected, let found):
      "\(what) is \(found), but the policy was fitted for \(expected)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .invalidSetting: "The setting has no meaning outside that range."
    case .tooFewSamples: "A statistical guarantee or a stable fit is impossible with fewer."
    case .unavailable: "The predictions do not hold what the method works on."
    case .mismatch: "A policy is valid only for the model and classes it was fitted on."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .invalidSetting: "Choose a value in the allowed range."
    case .tooFewSamples: "Use more calibration samples."
    case .unavailable: "Store logits or probabilities of all classes."
    case .mismatch: "Fit a policy on predictions of this model."
    }
  }
}
