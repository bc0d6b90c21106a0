public import Foundation

/// What can go wrong when an optimizer or a schedule is set up.
public enum OptimizerError: LocalizedError, Hashable, Sendable {
  /// A setting has an impossible value.
  case badSetting(name: String, value: String, allowed: String)
  /// What an optimizer should remember belongs to other parameters.
  case memoryMismatch(name: String, problem: String)

  public var errorDescription: String? {
    switch self {
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    case .memoryMismatch(let name, let problem):
      "The optimizer can't go on with what was stored: ‘\(name)’ \(problem)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badSetting(let name, _, let allowed): "\(name) must be \(allowed)."
    case .memoryMismatch: "It was stored for another network or another optimizer."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badSetting: "Choose another value."
    case .memoryMismatch: "Start training anew, or use the settings that it was stored with."
    }
  }
}
