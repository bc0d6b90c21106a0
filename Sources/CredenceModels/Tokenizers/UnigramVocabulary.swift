import CredenceFiles
import Foundation

/// SentencePiece's vocabulary of a unigram model: texts and how likely each is.
struct UnigramVocabulary: Sendable {
  struct Piece: Sendable {
    let token: Int32
    /// The logarithm of the probability.
    let score: Float
  }

  /// By the bytes of the text; blanks are `▁`.
  let pieces: [[UInt8]: Piece]
  /// One more than the greatest token.
  let count: Int
  /// The token of what no piece covers.
  let unknown: Int32
  /// The token of a text's end.
  let end: Int32
  /// The least score of a piece.
  let leastScore: Float
  /// The bytes of the longest piece.
  let longest: Int
  /// What is replaced before.
  let map: CharacterMap?

  /// The text of the end's token.
  static let endMark = "</s>"

  /// A row of a vocabulary.
  struct Row {
    var text: String
    var score: Float
    /// Whether texts are made of it, other than of marks and of what is not used.
    var isNormal: Bool
  }

  /// - Parameters:
  ///   - rows: In the order of tokens.
  ///   - unknown: The row of what no piece covers.
  ///   - map: What is replaced before.
  ///   - file: The name in errors.
  /// - Throws: `TokenizerError.malformed`.
  init(_ rows: [Row], unknown: Int, map: CharacterMap?, file: String) throws(TokenizerError) {
    guard let end = rows.firstIndex(where: { $0.text == Self.endMark }) else {
      throw .malformed(file: file, problem: "the mark ‘\(Self.endMark)’ is absent")
    }
    guard rows.indices.contains(unknown) else {
      throw .malformed(file: file, problem: "the token of what is unknown is absent")
    }
    var pieces: [[UInt8]: Piece] = [:]
    var least = Float.infinity
    for (token, row) in rows.enumerated() where row.isNormal && token != unknown && token != end {
      guard row.score.isFinite, !row.text.isEmpty else {
        throw .malformed(
          file: file, problem: "piece \(token), ‘\(row.text)’, is empty or has no finite score")
      }
      pieces[Array(row.text.utf8)] = Piece(token: Int32(token), score: row.score)
      least = min(least, row.score)
    }
    guard !pieces.isEmpty else { throw .malformed(file: file, problem: "there are no pieces") }
    self.pieces = pieces
    count = rows.count
    self.unknown = Int32(unknown)
    self.end = Int32(end)
    leastScore = least
    longest = pieces.keys.lazy.map(\.count).max() ?? 0
    self.map = map
  }
}
