public import Foundation

/// What can go wrong when an uncertainty method is fitted or applied.
public enum UncertaintyError: LocalizedError, Hashable, Sendable {
  /// A setting has an impossible value.
  case badSetting(name: String, value: String, allowed: String)
  /// More memory than there is.
  case tooLarge(what: String, bytes: Int, available: Int)
  /// Features whose covariance no regularization can make invertible.
  case degenerate(what: String, reason: String)

  public var errorDescription: String? {
    switch self {
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    case .tooLarge(let what, let bytes, let available):
      "\(what) takes \(bytes >> 20) MiB; \(available >> 20) MiB may be used."
    case .degenerate(let what, _): "\(what) has no density."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badSetting(let name, _, let allowed): "\(name) must be \(allowed)."
    case .tooLarge: "Memory grows with the classes and the square of the features."
    case .degenerate(_, let reason): reason
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badSetting: "Choose another value."
    case .tooLarge:
      "Fit stored embeddings class by class, or choose a tied, diagonal or low-rank covariance."
    case .degenerate: "Use more samples, another regularization, or a tied covariance."
    }
  }
}
