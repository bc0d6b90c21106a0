public import Foundation

/// Why predictions can't be scored or compared.
public enum EvaluationError: LocalizedError, Hashable, Sendable {
  case unknownConfidence(name: String, known: [String])
  case unknownMetric(name: String, known: [String])
  /// A part for the fit that leaves too little.
  case validationTooLarge(validation: Int, samples: Int)
  case invalidSetting(name: String, value: String, allowed: String)
  case noLabels(file: String)
  /// Sets that are not about the same samples.
  case differentSamples(first: String, second: String, reason: String)
  case tooFewModels(Int)

  public var errorDescription: String? {
    switch self {
    case .unknownConfidence(let name, _): "There is no confidence function ‘\(name)’."
    case .unknownMetric(let name, _): "There is no metric ‘\(name)’."
    case .validationTooLarge(let validation, let samples):
      "Holding out \(validation) of \(samples) labeled samples leaves fewer than 10 to score."
    case .invalidSetting(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)."
    case .noLabels(let file): "‘\(file)’ has no labels."
    case .differentSamples(let first, let second, _):
      "‘\(first)’ and ‘\(second)’ are not about the same samples."
    case .tooFewModels(let count): "A comparison needs two models, \(count) given."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownConfidence(_, let known): "Known are \(known.joined(separator: ", "))."
    case .unknownMetric(_, let known): "Known are \(known.joined(separator: ", "))."
    case .validationTooLarge: "The samples that fit the temperature can't judge it as well."
    case .invalidSetting: "The setting has no meaning outside that range."
    case .noLabels: "Whether a prediction is right is known by its label alone."
    case .differentSamples(_, _, let reason): reason
    case .tooFewModels: "There is nothing to compare."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownConfidence(let name, let known), .unknownMetric(let name, let known):
      nearestName(to: name, in: known).map { "Did you mean ‘\($0)’?" }
    case .validationTooLarge: "Hold out fewer, or use --folds."
    case .invalidSetting: "Choose a value in the allowed range."
    case .noLabels:
      "Give them by --labels FILE, or --labels every:50 where rows stand in class order."
    case .differentSamples:
      "Compare predictions of the same samples; store sample names to match them in any order."
    case .tooFewModels: "Give the files of two models or more."
    }
  }
}

/// The known name that is closest to a misspelled one, if any is close.
package func nearestName(to name: String, in known: [String]) -> String? {
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
  let candidates = known.map { ($0, distance(Array(name.lowercased()), Array($0.lowercased()))) }
  guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(name.count / 3, 1) else {
    return nil
  }
  return best.0
}
