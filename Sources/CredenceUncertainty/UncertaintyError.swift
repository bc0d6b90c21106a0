public import Foundation

/// What can go wrong when an uncertainty method is fitted or applied.
public enum UncertaintyError: LocalizedError, Hashable, Sendable {
  /// A setting has an impossible value.
  case badSetting(name: String, value: String, allowed: String)

  public var errorDescription: String? {
    switch self {
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badSetting(let name, _, let allowed): "\(name) must be \(allowed)."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badSetting: "Choose another value."
    }
  }
}
