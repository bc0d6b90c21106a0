public import Foundation

/// Why a rescaling, threshold or conformal set can't be fitted or applied.
public enum CalibrationError: LocalizedError, Hashable, Sendable {
  /// A setting outside its range.
  case invalidSetting(name: String, value: Double, allowed: String)
  /// Too few samples for what was asked.
  case tooFewSamples(needed: Int, found: Int, purpose: String)
  /// More classes than the method can work on.
  case tooManyClasses(found: Int, allowed: Int, method: String)
  /// The predictions lack what the method needs.
  case unavailable(String)
  /// A policy made for predictions of another shape or kind.
  case mismatch(what: String, expected: String, found: String)
  /// No threshold reaches the target.
  case unattainable(target: String, best: String)
  /// A policy of an unknown kind.
  case unknownKind(name: String, known: [String])
  /// A policy written by another version.
  case unsupportedSchema(found: String, expected: String)
  /// A policy with a key that has no meaning; dots separate the levels.
  case unknownKey(String)
  /// A policy that is no JSON, or lacks a key, or holds a value that makes no sense.
  case malformedPolicy(key: String, reason: String)
  /// A results table that begins with another header.
  case headerMismatch(file: String, expected: String, found: String)
  /// A density for features of another network or number.
  case densityMismatch(what: String, expected: String, found: String)
  /// A density a part of which is missing or does not fit the others.
  case malformedDensity(part: String, reason: String)

  public var errorDescription: String? {
    switch self {
    case .invalidSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)."
    case .tooFewSamples(let needed, let found, let purpose):
      "\(purpose) needs \(needed) samples, there are \(found)."
    case .tooManyClasses(let found, let allowed, let method):
      "\(method) works on at most \(allowed) classes, there are \(found)."
    case .unavailable(let reason): reason
    case .mismatch(let what, let expected, let found):
      "\(what) is \(found), but the policy was fitted for \(expected)."
    case .unattainable(let target, let best):
      "No threshold reaches \(target); \(best)."
    case .unknownKind(let name, let known):
      "There is no policy ‘\(name)’; there are \(known.joined(separator: ", "))."
    case .unsupportedSchema(let found, let expected):
      "The schema is ‘\(found)’; ‘\(expected)’ is understood."
    case .unknownKey(let key):
      "The policy holds the unknown key ‘\(key)’."
    case .malformedPolicy(let key, let reason):
      key.isEmpty ? "The policy can't be read: \(reason)." : "In the policy, ‘\(key)’ \(reason)."
    case .headerMismatch(let file, let expected, let found):
      "‘\(file)’ begins with the header ‘\(found)’, not with ‘\(expected)’."
    case .densityMismatch(let what, let expected, let found):
      "\(what) is \(found), but the density was fitted for \(expected)."
    case .malformedDensity(let part, let reason):
      "The density can't be used: its \(part.replacing("_", with: " ")) \(reason)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .invalidSetting: "The setting has no meaning outside that range."
    case .tooFewSamples: "A statistical guarantee or a stable fit is impossible with fewer."
    case .tooManyClasses: "The parameters grow with the square of the classes."
    case .unavailable: "The predictions do not hold what the method works on."
    case .mismatch: "A policy is valid only for the model and classes it was fitted on."
    case .unattainable: "The most confident predictions are wrong too often, or there are too few."
    case .unknownKind: "The name is probably misspelled."
    case .unsupportedSchema: "The file is no policy, or another version of Credence wrote it."
    case .unknownKey: "The key is misspelled, or another version of Credence wrote it."
    case .malformedPolicy: "The file is no policy, is cut short, or was edited by hand."
    case .headerMismatch: "Appending would mix the columns of two tables."
    case .densityMismatch: "A density is valid only for the features that it was fitted on."
    case .malformedDensity: "The file is cut short, or another program made it."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .invalidSetting: "Choose a value in the allowed range."
    case .tooFewSamples: "Use more calibration samples."
    case .tooManyClasses: "Use temperature or vector scaling."
    case .unavailable: "Store logits or probabilities of all classes, and the labels."
    case .mismatch: "Fit a policy on predictions of this model."
    case .unattainable: "Ask for less, or use more calibration samples."
    case .unknownKind: "Choose one of these names."
    case .unsupportedSchema, .malformedPolicy: "Fit the policy again."
    case .unknownKey: "Remove the key, or fit the policy again."
    case .headerMismatch: "Name another file, or append anyway with --force-append."
    case .densityMismatch:
      "Fit a density on features of this model. Where only names of files differ, add --any-model."
    case .malformedDensity: "Fit the density again."
    }
  }
}
