public import Foundation

/// SigLIP's tokenizer: the most likely way to make a text of a vocabulary's pieces.
///
/// - Note: Kudo, ACL 2018, arXiv:1804.10959; Kudo & Richardson, EMNLP 2018, arXiv:1808.06226.
public struct UnigramTokenizer: PromptTokenizer {
  public let contextLength: Int
  private let vocabulary: UnigramVocabulary

  public var vocabularySize: Int { vocabulary.count }
  /// The tower was trained with texts that are filled up with their end.
  public var padding: Int32? { vocabulary.end }

  /// The vocabulary of a folder: `spiece.model` or `tokenizer.json`.
  ///
  /// - Returns: `nil` for a folder without these files.
  /// - Throws: `TokenizerError`, `FileError`.
  public init?(folder: URL, contextLength: Int) throws {
    guard let vocabulary = try UnigramVocabulary.read(folder: folder) else { return nil }
    self.vocabulary = vocabulary
    self.contextLength = contextLength
  }

  public func tokens(of prompt: String) throws(TokenizerError) -> [Int32] {
    try checkSize(prompt)
    var text = PromptCleaning.sigLIP(prompt)
    if let map = vocabulary.map { text = PromptCleaning.collapsed(map.applied(to: text)) }
    let bytes = Array(("▁" + text.replacing(" ", with: "▁")).utf8)
    let tokens = text.isEmpty ? [vocabulary.end] : best(bytes) + [vocabulary.end]
    guard tokens.count <= contextLength else {
      throw .tooLong(prompt: prompt, tokens: tokens.count, limit: contextLength)
    }
    return tokens
  }

  /// The pieces with the greatest sum of scores; what is unknown in a row is one token.
  private func best(_ bytes: [UInt8]) -> [Int32] {
    struct Step {
      var score: Float = 0
      var start = -1
      var token: Int32 = 0
    }
    var steps = [Step](repeating: Step(), count: bytes.count + 1)
    steps[0].start = 0
    // As SentencePiece has it.
    let unknownScore = vocabulary.leastScore - 10
    func offer(_ score: Float, _ start: Int, _ end: Int, _ token: Int32) {
      let sum = steps[start].score + score
      if steps[end].start < 0 || sum > steps[end].score {
        steps[end] = Step(score: sum, start: start, token: token)
      }
    }
    var start = 0
    while start < bytes.count {
      var letterEnd = start + 1
      while letterEnd < bytes.count, bytes[letterEnd] & 0xc0 == 0x80 { letterEnd += 1 }
      var coversLetter = false
      for end in start + 1...min(bytes.count, start + vocabulary.longest) {
        guard let piece = vocabulary.pieces[Array(bytes[start..<end])] else { continue }
        offer(piece.score, start, end, piece.token)
        if end == letterEnd { coversLetter = true }
      }
      if !coversLetter { offer(unknownScore, start, letterEnd, vocabulary.unknown) }
      start = letterEnd
    }
    var tokens: [Int32] = []
    var end = bytes.count
    while end > 0 {
      let step = steps[end]
      if step.token != vocabulary.unknown || tokens.last != vocabulary.unknown {
        tokens.append(step.token)
      }
      end = step.start
    }
    return tokens.reversed()
  }
}
