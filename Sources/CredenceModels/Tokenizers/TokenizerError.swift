public import Foundation

/// Why a prompt can't become tokens.
public enum TokenizerError: LocalizedError, Hashable, Sendable {
  /// A prompt of more tokens than the text tower has places for.
  case tooLong(prompt: String, tokens: Int, limit: Int)
  /// A text so long that it is not cut into tokens at all.
  case tooLarge(bytes: Int, limit: Int)
  /// A file that is no vocabulary, or a damaged one.
  case malformed(file: String, problem: String)
  /// A vocabulary of a kind that is not known.
  case unsupported(file: String, what: String)
  /// A vocabulary of another network.
  case vocabularyTooLarge(tokens: Int, network: Int)

  public var errorDescription: String? {
    switch self {
    case .tooLong(let prompt, let tokens, let limit):
      "The prompt ‘\(prompt.prefix(60))\(prompt.count > 60 ? "…" : "")’ has \(tokens) tokens; the network reads \(limit)."
    case .tooLarge(let bytes, let limit):
      "A prompt has \(bytes) bytes; it must have at most \(limit)."
    case .malformed(let file, _): "‘\(file)’ is no vocabulary that can be used."
    case .unsupported(let file, _): "‘\(file)’ is a vocabulary of an unknown kind."
    case .vocabularyTooLarge(let tokens, let network):
      "The vocabulary has \(tokens) tokens, and the network knows \(network)."
    }
  }

  public var failureReason: String? {
    switch self {
    case .tooLarge: "No text tower reads so much."
    case .tooLong: "Start and end count as tokens, and a prompt is never cut."
    case .malformed(_, let problem): "In it \(problem)."
    case .unsupported(_, let what): "It has \(what)."
    case .vocabularyTooLarge: "The vocabulary belongs to another network."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .tooLong, .tooLarge: "Shorten it."
    case .malformed: "Fetch it again."
    case .unsupported: "Known are CLIP's pairs of bytes and SentencePiece's unigrams."
    case .vocabularyTooLarge: "Take the files of one repository together."
    }
  }
}
