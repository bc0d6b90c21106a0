public import CredenceData
public import CredenceNN
public import Foundation

/// An image–text network's files on this machine: weights, description, vocabulary, and how images are prepared.
///
/// ```swift
/// let checkpoint = try ImageTextCheckpoint(contentsOf: folder)
/// let (network, _) = try checkpoint.network()
/// let tokens = try checkpoint.tokenizer.tokens(of: "A photo of a tench")
/// ```
///
/// Understood are folders as the model hub has them for CLIP, OpenCLIP and SigLIP, and OpenAI's state dictionaries.
public struct ImageTextCheckpoint: Sendable {
  /// What the network is called.
  public let name: String
  /// What turns prompts into the text tower's input.
  public let tokenizer: any PromptTokenizer
  private let description: ImageTextDescription

  public var configuration: ImageTextConfiguration { description.configuration }
  public var layout: ImageTextLayout { description.layout }
  /// How images become the network's input.
  public var preprocessing: Preprocessing { description.preprocessing }
  /// The file of the weights.
  public var weights: URL { description.weights }

  /// The description of the transformers library.
  public static let transformersDescription = "config.json"
  /// The description of OpenCLIP.
  public static let openCLIPDescription = "open_clip_config.json"
  /// Files of weights beside the transformers library's description, the best first.
  public static let transformersWeights = ["model.safetensors", "pytorch_model.bin"]
  /// Files of weights beside OpenCLIP's description, the best first.
  public static let openCLIPWeights = [
    "open_clip_model.safetensors", "open_clip_pytorch_model.bin",
  ]
  /// Files of vocabularies; which are needed depends on the network.
  public static let vocabularyFiles = [
    "vocab.json", "merges.txt", "tokenizer.json", "spiece.model",
  ]
  /// How images are prepared, beside the transformers library's description.
  public static let preprocessingFile = "preprocessor_config.json"

  /// Opens a folder or a file; weights are not read yet.
  ///
  /// - Parameters:
  ///   - url: A folder with a description, weights and vocabulary; or a state dictionary of OpenAI's.
  ///   - name: What to call the network; the folder's or file's name where `nil`.
  /// - Throws: `ImageTextError`, `TokenizerError`, `FileError`.
  public init(contentsOf url: URL, name: String? = nil) throws {
    description = try ImageTextDescription(contentsOf: url)
    self.name = name ?? url.standardizedFileURL.lastPathComponent
    let isFile = url.standardizedFileURL == description.weights.standardizedFileURL
    tokenizer = try Self.tokenizer(description, folder: isFile ? nil : url)
  }

  private static func tokenizer(
    _ description: ImageTextDescription, folder: URL?
  ) throws -> any PromptTokenizer {
    let text = description.configuration.text
    let tokenizer: any PromptTokenizer
    if description.vocabulary == .bundled {
      tokenizer = try BytePairTokenizer(contextLength: text.contextLength)
    } else if description.configuration.family == .clip {
      tokenizer =
        try folder.flatMap { try BytePairTokenizer(folder: $0, contextLength: text.contextLength) }
        ?? BytePairTokenizer(contextLength: text.contextLength)
    } else {
      guard let folder,
        let found = try UnigramTokenizer(folder: folder, contextLength: text.contextLength)
      else {
        throw ImageTextError.missingFile(
          folder: folder?.relativePath ?? "", names: ["spiece.model", "tokenizer.json"],
          purpose: "the vocabulary")
      }
      tokenizer = found
    }
    guard tokenizer.vocabularySize <= text.vocabularySize else {
      throw TokenizerError.vocabularyTooLarge(
        tokens: tokenizer.vocabularySize, network: text.vocabularySize)
    }
    return tokenizer
  }

  /// Makes the network and reads its weights, in float32 on the CPU.
  ///
  /// - Throws: `ModelError.weightsMismatch`, `FileError`, `EngineError`.
  public func network() throws -> (network: ImageTextNetwork, store: ParameterStore) {
    try description.network(named: name)
  }
}
