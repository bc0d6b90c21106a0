public import Foundation

/// Why an image–text network can't be made of a folder or file.
public enum ImageTextError: LocalizedError, Hashable, Sendable {
  /// Files that are not there.
  case missingFile(folder: String, names: [String], purpose: String)
  /// A file that describes no network, or one with impossible numbers.
  case badConfiguration(file: String, problem: String)
  /// A network of a kind that Credence does not know.
  case unsupported(file: String, what: String)
  /// Tensors whose names are of none of the known programs.
  case unknownLayout(file: String, firstNames: [String])
  /// Weights of the right names of which the file does not say which activation they were trained with.
  case unknownActivation(file: String)

  /// Where weights can be had.
  public static let whereToGet =
    "Get one from the model hub on a machine with a network, such as openai/clip-vit-large-patch14-336 (all files of the repository into one folder), "
    + "or OpenAI's ViT-L-14-336px.pt, and give the folder or the file by --clip. docs/error-features.md says how to make features with another program."

  public var errorDescription: String? {
    switch self {
    case .missingFile(let folder, let names, let purpose):
      "‘\(folder)’ has no \(names.map { "‘\($0)’" }.joined(separator: " or ")), \(purpose)."
    case .badConfiguration(let file, _): "‘\(file)’ describes no network that can be."
    case .unsupported(let file, let what): "‘\(file)’ describes \(what)."
    case .unknownLayout(let file, _): "‘\(file)’ holds no image–text network that is known."
    case .unknownActivation(let file):
      "‘\(file)’ does not say whether its network has GELU or QuickGELU."
    }
  }

  public var failureReason: String? {
    switch self {
    case .missingFile: "An image–text network needs its description, weights and vocabulary."
    case .badConfiguration(_, let problem): "In it \(problem)."
    case .unsupported:
      "Known are CLIP, OpenCLIP with its own towers, and SigLIP."
    case .unknownLayout(_, let names):
      names.isEmpty
        ? "It has no tensors."
        : "Its tensors start with \(names.map { "‘\($0)’" }.joined(separator: ", "))."
    case .unknownActivation:
      "Only OpenAI's own files tell by themselves; features would be wrong with the other one."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .missingFile(_, let names, _):
      "Put \(names.first.map { "‘\($0)’" } ?? "it") there. \(Self.whereToGet)"
    case .badConfiguration: "Fetch the file again, or correct it."
    case .unsupported, .unknownLayout: Self.whereToGet
    case .unknownActivation:
      "Put the model's open_clip_config.json beside it, and give the folder."
    }
  }
}
