public import Foundation

/// CLIP's tokenizer: words in lower case are bytes, of which neighbors are joined as long as the vocabulary knows pairs.
///
/// - Note: Sennrich, Haddow & Birch, ACL 2016, arXiv:1508.07909; Radford et al., ICML 2021, arXiv:2103.00020.
public struct BytePairTokenizer: PromptTokenizer {
  public let contextLength: Int
  public let padding: Int32? = nil
  private let vocabulary: BytePairVocabulary

  public var vocabularySize: Int { vocabulary.count }

  /// CLIP's own vocabulary.
  ///
  /// - Throws: `TokenizerError`.
  public init(contextLength: Int = 77) throws(TokenizerError) {
    vocabulary = try BytePairVocabulary.bundled()
    self.contextLength = contextLength
  }

  /// The vocabulary of a folder: `vocab.json` with `merges.txt`, or `tokenizer.json`.
  ///
  /// - Returns: `nil` for a folder without these files.
  /// - Throws: `TokenizerError`, `FileError`.
  public init?(folder: URL, contextLength: Int) throws {
    guard let vocabulary = try BytePairVocabulary.read(folder: folder) else { return nil }
    self.vocabulary = vocabulary
    self.contextLength = contextLength
  }

  public func tokens(of prompt: String) throws(TokenizerError) -> [Int32] {
    try checkSize(prompt)
    var tokens = [vocabulary.start]
    for word in WordSplitter(PromptCleaning.clip(prompt)) {
      switch word {
      case BytePairVocabulary.startMark: tokens.append(vocabulary.start)
      case BytePairVocabulary.endMark: tokens.append(vocabulary.end)
      default: append(word, to: &tokens)
      }
    }
    tokens.append(vocabulary.end)
    guard tokens.count <= contextLength else {
      throw .tooLong(prompt: prompt, tokens: tokens.count, limit: contextLength)
    }
    return tokens
  }

  /// Joins the bytes of a word, always the first pair of the vocabulary and all of its places.
  private func append(_ word: String, to tokens: inout [Int32]) {
    let bytes = Array(word.utf8)
    var parts = bytes.map { vocabulary.bytes[Int($0)] }
    if let last = bytes.last { parts[parts.count - 1] = vocabulary.lastBytes[Int(last)] }
    while parts.count > 1 {
      var best: BytePairVocabulary.Merge?
      for (left, right) in zip(parts, parts.dropFirst()) {
        if let merge = vocabulary.merges[BytePairVocabulary.key(left, right)],
          merge.rank < best?.rank ?? .max
        {
          best = merge
        }
      }
      guard let best else { break }
      var joined: [Int32] = []
      var index = 0
      while index < parts.count {
        if index + 1 < parts.count,
          vocabulary.merges[BytePairVocabulary.key(parts[index], parts[index + 1])]?.rank
            == best.rank
        {
          joined.append(best.token)
          index += 2
        } else {
          joined.append(parts[index])
          index += 1
        }
      }
      parts = joined
    }
    tokens += parts
  }
}

/// Cuts a text into what CLIP takes for words: marks, English endings after an apostrophe, letters in a row, single digits, and other signs in a row.
private struct WordSplitter: Sequence, IteratorProtocol {
  private var rest: Substring.UnicodeScalarView

  init(_ text: String) { rest = text.unicodeScalars[...] }

  private enum Kind {
    case letter
    case number
    case space
    case other

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .number
      default: self = scalar.properties.isWhitespace ? .space : .other
      }
    }
  }

  private static let starts = [
    BytePairVocabulary.startMark, BytePairVocabulary.endMark, "'s", "'t", "'re", "'ve", "'m",
    "'ll", "'d",
  ].map { Array($0.unicodeScalars) }

  mutating func next() -> String? {
    while let first = rest.first {
      if first == "<" || first == "'",
        let start = Self.starts.first(where: { rest.starts(with: $0) })
      {
        rest = rest.dropFirst(start.count)
        return String(String.UnicodeScalarView(start))
      }
      let kind = Kind(first)
      let end =
        kind == .number
        ? rest.index(after: rest.startIndex)
        : rest.firstIndex { Kind($0) != kind } ?? rest.endIndex
      defer { rest = rest[end...] }
      if kind != .space { return String(Substring(rest[..<end])) }
    }
    return nil
  }
}
