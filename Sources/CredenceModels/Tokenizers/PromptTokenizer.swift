/// Turns a prompt into the numbers that a text tower reads.
public protocol PromptTokenizer: Sendable {
  /// The most tokens of a text, with start and end.
  var contextLength: Int { get }
  /// One more than the greatest token.
  var vocabularySize: Int { get }
  /// What fills a text up to `contextLength`; `nil` where the tower does not see what follows a text's end.
  var padding: Int32? { get }

  /// The tokens of a prompt, with start and end as the tower wants them, not padded.
  ///
  /// - Throws: `TokenizerError.tooLong`, `TokenizerError.tooLarge`.
  func tokens(of prompt: String) throws(TokenizerError) -> [Int32]
}

extension PromptTokenizer {
  /// The most bytes of a prompt.
  static var greatestSize: Int { 1 << 15 }

  /// Refuses what would take long to clean and cut.
  func checkSize(_ prompt: String) throws(TokenizerError) {
    guard prompt.utf8.count <= Self.greatestSize else {
      throw .tooLarge(bytes: prompt.utf8.count, limit: Self.greatestSize)
    }
  }
}
