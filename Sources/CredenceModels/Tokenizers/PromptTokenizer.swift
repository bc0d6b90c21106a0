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
  /// - Throws: `TokenizerError.tooLong`.
  func tokens(of prompt: String) throws(TokenizerError) -> [Int32]
}
