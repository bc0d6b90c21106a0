public import Foundation

/// Why an uncertainty method can't be used with a network or with data.
public enum MethodError: LocalizedError, Hashable, Sendable {
  /// A setting has an impossible value.
  case badSetting(name: String, value: String, allowed: String)
  /// A network without dropout, so that sampling it changes nothing.
  case noDropout(model: String)
  /// A network whose logits are no linear function of its embeddings.
  case noLinearHead(model: String)
  /// A combination of several models got too few of them.
  case tooFewModels(method: String, found: Int, needed: Int)
  /// Models that can't be combined.
  case differentModels(first: String, other: String, difference: String)
  /// What the method is fitted to is missing.
  case missing(method: String, what: String, advice: String)
  /// Data that the method can't be fitted to.
  case unusableData(what: String, reason: String)
  /// A network of several last layers, where another number of them was expected.
  case severalHeads(model: String, heads: Int, expected: Int)
  /// A file of weights that training passed through, taken for a network.
  case collectedWeights(model: String)
  /// A file of something else.
  case unreadable(file: String, reason: String)

  public var errorDescription: String? {
    switch self {
    case .badSetting(let name, let value, _): "\(name) is \(value)."
    case .noDropout(let model): "‘\(model)’ has no dropout."
    case .noLinearHead(let model): "‘\(model)’ has no linear last layer."
    case .tooFewModels(let method, let found, _):
      "‘\(method)’ got \(found) \(found == 1 ? "model" : "models")."
    case .differentModels(let first, let other, let difference):
      "‘\(first)’ and ‘\(other)’ can't be combined: they differ in \(difference)."
    case .missing(let method, let what, _): "‘\(method)’ needs \(what)."
    case .unusableData(let what, _): "\(what) can't be used."
    case .severalHeads(let model, let heads, _):
      "‘\(model)’ has \(heads) last layers."
    case .collectedWeights(let model): "‘\(model)’ holds a SWAG posterior, not a network."
    case .unreadable(let file, _): "‘\(file)’ can't be used."
    }
  }

  public var failureReason: String? {
    switch self {
    case .badSetting(let name, _, let allowed): "\(name) must be \(allowed)."
    case .noDropout: "Samples of it would all be the same."
    case .noLinearHead: "The method is about the weights of that layer."
    case .tooFewModels(_, _, let needed): "It combines \(needed) or more."
    case .differentModels:
      "Members of one prediction see the same images and name the same classes."
    case .missing: nil
    case .severalHeads(_, _, let expected):
      expected == 1
        ? "Its logits are those of all layers, side by side." : "--heads says \(expected)."
    case .collectedWeights: "Networks are drawn from it."
    case .unusableData(_, let reason), .unreadable(_, let reason): reason
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .badSetting: "Choose another value."
    case .noDropout: "Say how much to drop: --dropout-rate 0.1."
    case .noLinearHead: "Use another method, or a network with such a layer."
    case .tooFewModels: "Give more files to --model."
    case .differentModels: "Give checkpoints of one architecture, trained on one data set."
    case .missing(_, _, let advice): advice
    case .severalHeads(_, _, let expected):
      expected == 1 ? "Predict by --method shallow-ensemble." : "Leave --heads out."
    case .collectedWeights: "Predict by --method swag."
    case .unusableData: "Check what it was made from."
    case .unreadable: nil
    }
  }
}
