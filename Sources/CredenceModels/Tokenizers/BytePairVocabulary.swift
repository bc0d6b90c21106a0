import CredenceFiles
import Foundation

/// CLIP's vocabulary: single bytes, pairs of what is there already, and marks of start and end.
struct BytePairVocabulary: Sendable {
  /// What becomes of two neighbors.
  struct Merge: Sendable {
    /// Lower ranks come first.
    let rank: Int32
    let token: Int32
  }

  static let startMark = "<|startoftext|>"
  static let endMark = "<|endoftext|>"
  /// What stands behind the last letter of a word.
  static let wordEnd = "</w>"

  let start: Int32
  let end: Int32
  /// One more than the greatest token.
  let count: Int
  /// The token of each byte within a word.
  let bytes: [Int32]
  /// The token of each byte at the end of a word.
  let lastBytes: [Int32]
  /// By the left token in the upper and the right one in the lower half.
  let merges: [UInt64: Merge]

  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// OpenAI's vocabulary: 256 bytes, these at the end of words, 48,894 pairs, start and end.
  ///
  /// - Throws: `TokenizerError.malformed`, which can't be.
  static func bundled() throws(TokenizerError) -> Self { try bundledResult.get() }

  private static let bundledResult = Result { () throws(TokenizerError) in
    let pairs = try Self.pairs(CLIPMerges.text, file: "CLIP's vocabulary")
    let letters = byteLetters.map(\.letter)
    let names =
      letters + letters.map { $0 + wordEnd } + pairs.map { $0.left + $0.right }
      + [startMark, endMark]
    var tokens: [String: Int32] = [:]
    tokens.reserveCapacity(names.count)
    for (index, name) in names.enumerated() { tokens[name] = Int32(index) }
    return try Self(tokens, pairs, file: "CLIP's vocabulary")
  }

  /// - Parameters:
  ///   - tokens: The number of each name.
  ///   - pairs: What is joined, the first pairs first.
  ///   - file: The name in errors.
  /// - Throws: `TokenizerError.malformed`.
  init(
    _ tokens: [String: Int32], _ pairs: [(left: String, right: String)], file: String
  ) throws(TokenizerError) {
    func token(_ name: String, _ what: String) throws(TokenizerError) -> Int32 {
      guard let token = tokens[name] else {
        throw .malformed(file: file, problem: "\(what) ‘\(name)’ has no number")
      }
      return token
    }
    guard let greatest = tokens.values.max(), let least = tokens.values.min(), least >= 0,
      greatest < 1 << 24
    else {
      throw .malformed(file: file, problem: "numbers of tokens are negative, too large or absent")
    }
    count = Int(greatest) + 1
    start = try token(Self.startMark, "the mark")
    end = try token(Self.endMark, "the mark")
    var bytes = [Int32](repeating: 0, count: 256)
    var lastBytes = bytes
    for (byte, letter) in Self.byteLetters {
      bytes[Int(byte)] = try token(letter, "the byte")
      lastBytes[Int(byte)] = try token(letter + Self.wordEnd, "the byte")
    }
    self.bytes = bytes
    self.lastBytes = lastBytes
    var merges: [UInt64: Merge] = [:]
    merges.reserveCapacity(pairs.count)
    for (rank, pair) in pairs.enumerated() {
      let what = "in pair \(rank + 1) the text"
      let key = Self.key(try token(pair.left, what), try token(pair.right, what))
      let merge = Merge(rank: Int32(rank), token: try token(pair.left + pair.right, what))
      guard merges.updateValue(merge, forKey: key) == nil else {
        throw .malformed(
          file: file, problem: "pair \(rank + 1), ‘\(pair.left) \(pair.right)’, stands twice")
      }
    }
    self.merges = merges
  }

  /// Reads lines of two texts with a blank between them; a first line that starts with `#version` is passed over.
  ///
  /// - Throws: `TokenizerError.malformed`, naming the line.
  static func pairs(
    _ text: String, file: String
  ) throws(TokenizerError) -> [(left: String, right: String)] {
    var pairs: [(left: String, right: String)] = []
    for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n")).enumerated() {
      let line = Substring(line)
      if index == 0, line.hasPrefix("#version") { continue }
      pairs.append(try pair(line, row: index + 1, file: file))
    }
    return pairs
  }

  /// Two texts with a blank between them.
  static func pair(
    _ line: Substring, row: Int, file: String
  ) throws(TokenizerError) -> (left: String, right: String) {
    let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .malformed(
        file: file, problem: "line \(row), ‘\(line.prefix(40))’, is no pair of texts")
    }
    return (String(Substring(parts[0])), String(Substring(parts[1])))
  }

  /// The letter that stands for each byte, in the order of the vocabulary: printable ones first.
  static let byteLetters: [(byte: UInt8, letter: String)] = {
    let printable = [0x21...0x7e, 0xa1...0xac, 0xae...0xff].flatMap { Array($0) }
    let others = (0...0xff).filter { !printable.contains($0) }
    let letters =
      printable.map { ($0, $0) } + others.enumerated().map { ($0.element, 0x100 + $0.offset) }
    return letters.compactMap { byte, code in
      Unicode.Scalar(UInt32(code)).map { (UInt8(byte), String($0)) }
    }
  }()
}
