import CredenceFiles
public import Foundation

/// Why outliers can't be detected as asked.
public enum DetectionError: LocalizedError, Hashable, Sendable {
  case unknownMethod(name: String, known: [String])
  case unknownParameter(method: String, name: String, known: [String])
  case badParameter(method: String, name: String, value: Double, allowed: String)
  /// The predictions lack what a method is computed from; reported beside the other methods' results.
  case unavailable(String)
  /// Two files of another number of features or classes.
  case differentSizes(what: String, file: String, count: Int, other: String, otherCount: Int)
  /// A last layer that does not give the stored logits.
  case headMismatch(file: String, row: Int, difference: Double)
  /// A file that is given for two purposes that exclude each other.
  case sameFile(file: String, first: String, second: String)
  /// An image list whose samples are not in the predictions.
  case unlistedSamples(file: String, list: String, problem: String)
  /// Images that are not those of the predictions.
  case otherImages(path: String, file: String, problem: String)

  public var errorDescription: String? {
    switch self {
    case .unknownMethod(let name, _): "There is no detection method ‘\(name)’."
    case .unknownParameter(let method, let name, _): "‘\(method)’ has no parameter ‘\(name)’."
    case .badParameter(let method, let name, let value, let allowed):
      "‘\(name)’ of ‘\(method)’ is \(value); it must be \(allowed)."
    case .unavailable(let reason): reason
    case .differentSizes(let what, let file, let count, let other, let otherCount):
      "‘\(file)’ has \(count) \(what), but ‘\(other)’ has \(otherCount)."
    case .headMismatch(let file, let row, let difference):
      "The last layer does not give the stored logits of ‘\(file)’: row \(row) differs by \(difference)."
    case .sameFile(let file, let first, let second):
      "‘\(file)’ is given both as \(first) and as \(second)."
    case .unlistedSamples(let file, let list, let problem):
      "‘\(list)’ can't pick samples of ‘\(file)’: \(problem)."
    case .otherImages(let path, let file, let problem):
      "‘\(path)’ does not hold the images of ‘\(file)’: \(problem)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownMethod(_, let known): "Known are \(known.joined(separator: ", "))."
    case .unknownParameter(_, _, let known):
      known.isEmpty ? "It has none." : "It has \(known.joined(separator: ", "))."
    case .badParameter: "The parameter has no meaning outside that range."
    case .unavailable: "The predictions do not hold what the method is computed from."
    case .differentSizes: "All sets must come from the same classifier."
    case .headMismatch: "The weights, or the embeddings, are probably another network's."
    case .sameFile: "A set can't be told from itself."
    case .unlistedSamples: "A sample of the list is found by its name, the end of its path."
    case .otherImages:
      "Images and predictions are matched by the samples' names, or by their number."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownMethod(let name, let known), .unknownParameter(_, let name, let known):
      nearestName(to: name, in: known).map { "Did you mean ‘\($0)’?" }
    case .badParameter: "Choose a value in the allowed range."
    case .unavailable: "Store it, or leave the method out."
    case .differentSizes: "Predict all sets with the same network."
    case .headMismatch: "Give the weights of the network that made the predictions."
    case .sameFile: "Give each file once, or with image lists that share no sample."
    case .unlistedSamples:
      "Predict the images of the list itself: credence predict --data LIST --image-root FOLDER."
    case .otherImages: "Give the path that was predicted."
    }
  }
}
