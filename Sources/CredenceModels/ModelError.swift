public import Foundation

/// Why a network can't be made or given weights.
public enum ModelError: LocalizedError, Hashable, Sendable {
  /// No architecture or file of this name.
  case unknownModel(name: String, suggestions: [String])
  /// An architecture that is known, with a tag that is not.
  case unknownTag(architecture: String, tag: String, known: [String])
  /// An architecture without published weights.
  case noPublishedWeights(name: String, tags: [String])
  /// Weights of another network.
  case weightsMismatch(file: String, model: String, differences: WeightDifferences)
  /// A size of image that the architecture can't take.
  case unsupportedImageSize(model: String, size: [Int], reason: String)
  /// A program whose output is not a row of logits per image.
  case unusableOutput(model: String, found: [Int], expected: String)
  /// A setting that the architecture can't have.
  case unsupportedSetting(model: String, setting: String, reason: String)
  /// A checkpoint whose description of its network can't be read.
  case unreadableDescription(file: String, reason: String)

  public var errorDescription: String? {
    switch self {
    case .unknownModel(let name, _): "There is no model ‘\(name)’."
    case .unknownTag(let architecture, let tag, _):
      "‘\(architecture)’ has no weights called ‘\(tag)’."
    case .noPublishedWeights(let name, _): "‘\(name)’ has no published weights."
    case .weightsMismatch(let file, let model, let differences):
      "The weights in ‘\(file)’ do not fit ‘\(model)’: \(differences.summary)."
    case .unsupportedImageSize(let model, let size, _):
      "‘\(model)’ can't take images of \(size.map(String.init).joined(separator: " × ")) pixels."
    case .unusableOutput(let model, let found, let expected):
      "‘\(model)’ returned \(found); \(expected) was expected."
    case .unsupportedSetting(let model, let setting, _):
      "‘\(model)’ can't have \(setting)."
    case .unreadableDescription(let file, _):
      "What ‘\(file)’ says of its network can't be read."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownModel(_, let suggestions):
      suggestions.isEmpty
        ? "It is no architecture that Credence knows, and no file."
        : "Similar names are \(suggestions.joined(separator: ", "))."
    case .unknownTag(_, _, let known): "Known are \(known.joined(separator: ", "))."
    case .noPublishedWeights(_, let tags):
      tags.isEmpty ? "Nobody has published any." : "Published are \(tags.joined(separator: ", "))."
    case .weightsMismatch(_, _, let differences): differences.details
    case .unsupportedImageSize(_, _, let reason): reason
    case .unusableOutput: "Credence needs one row of logits for each image."
    case .unsupportedSetting(_, _, let reason): reason
    case .unreadableDescription(_, let reason): reason
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownModel: "‘credence models NAME’ searches the names."
    case .unknownTag: "Choose one of these."
    case .noPublishedWeights: "Give a file of weights by --checkpoint, or as NAME=FILE."
    case .weightsMismatch(_, _, let differences): differences.advice
    case .unsupportedImageSize: "Choose another --img-size."
    case .unusableOutput: "Export the classifier itself, with logits as its first result."
    case .unsupportedSetting: "Leave it out, or choose another architecture."
    case .unreadableDescription: "Name the architecture: NAME=FILE."
    }
  }
}

/// How the tensors of a file differ from a network's parameters.
public struct WeightDifferences: Hashable, Sendable {
  /// A parameter of another shape.
  public struct Shape: Hashable, Sendable {
    public let name: String
    public let expected: [Int]
    public let found: [Int]
  }

  /// Parameters that the file lacks.
  public var missing: [String] = []
  /// Tensors that the network lacks.
  public var unexpected: [String] = []
  public var shapes: [Shape] = []

  public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && shapes.isEmpty }

  /// What differs, in numbers.
  var summary: String {
    var parts: [String] = []
    if !missing.isEmpty { parts.append("\(missing.count) missing") }
    if !unexpected.isEmpty { parts.append("\(unexpected.count) unknown") }
    if !shapes.isEmpty { parts.append("\(shapes.count) of another shape") }
    return parts.joined(separator: ", ")
  }

  /// The differences one by one, the first of each kind.
  var details: String {
    func list(_ title: String, _ items: [String]) -> String? {
      guard !items.isEmpty else { return nil }
      let more = items.count > 8 ? " and \(items.count - 8) more" : ""
      return "\(title): \(items.prefix(8).joined(separator: ", "))\(more)."
    }
    return [
      list("Missing in the file", missing),
      list("Unknown to the network", unexpected),
      list(
        "Of another shape",
        shapes.map { "\($0.name) is \($0.found) instead of \($0.expected)" }),
    ].compactMap { $0 }.joined(separator: " ")
  }

  /// What the user can do about it.
  var advice: String {
    if missing.isEmpty, unexpected.isEmpty, !shapes.isEmpty {
      if shapes.allSatisfy({
        $0.found.first != $0.expected.first && $0.found.dropFirst() == $0.expected.dropFirst()
      }) {
        return "The file is for another number of classes; say which by --num-classes."
      }
      if shapes.contains(where: {
        $0.expected.count == 4 && $0.found.count == 4 && $0.found[1] != $0.expected[1]
      }) {
        return "The file is for images of another number of channels."
      }
    }
    return "Check that the file belongs to this architecture; ‘credence models’ lists all."
  }
}
