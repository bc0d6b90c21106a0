import CredenceFiles
import Foundation

extension BytePairVocabulary {
  /// How large a file of a vocabulary may be, in bytes.
  private static let largestFile = 1 << 26

  /// Reads `vocab.json` with `merges.txt`, or else `tokenizer.json`.
  ///
  /// - Returns: `nil` for a folder with neither.
  /// - Throws: `TokenizerError`, `FileError`.
  static func read(folder: URL) throws -> Self? {
    let names = ["vocab.json", "merges.txt", "tokenizer.json"]
    let files = names.map { folder.appending(path: $0) }
    let exist = files.map { FileManager.default.fileExists(atPath: $0.path) }
    if exist[0], exist[1] {
      let tokens = try decode([String: Int32].self, files[0])
      let file = files[1].relativePath
      let text = String(decoding: try bytes(files[1]), as: UTF8.self)
      return try Self(tokens, pairs(text, file: file), file: file)
    }
    return exist[2] ? try read(tokenizerFile: files[2]) : nil
  }

  /// What `tokenizer.json` holds.
  private struct TokenizerFile: Decodable {
    struct Model: Decodable {
      let type: String?
      let vocab: [String: Int32]?
      let merges: [Pair]?
      let endOfWordSuffix: String?

      enum CodingKeys: String, CodingKey {
        case type, vocab, merges
        case endOfWordSuffix = "end_of_word_suffix"
      }

      init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = try values.decodeIfPresent(String.self, forKey: .type)
        // Other kinds have other forms of vocabularies.
        let isKnown = type == nil || type == "BPE"
        vocab = isKnown ? try values.decode([String: Int32].self, forKey: .vocab) : nil
        merges = isKnown ? try values.decode([Pair].self, forKey: .merges) : nil
        endOfWordSuffix = try values.decodeIfPresent(String.self, forKey: .endOfWordSuffix)
      }
    }

    /// Two texts with a blank between them, or a list of two.
    struct Pair: Decodable {
      let parts: [String]

      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
          parts = text.split(separator: " ").map(String.init)
        } else {
          parts = try value.decode([String].self)
        }
      }
    }

    struct AddedToken: Decodable {
      let id: Int32
      let content: String
    }

    let model: Model
    let addedTokens: [AddedToken]?

    enum CodingKeys: String, CodingKey {
      case model
      case addedTokens = "added_tokens"
    }
  }

  private static func read(tokenizerFile url: URL) throws -> Self {
    let file = url.relativePath
    let found = try decode(TokenizerFile.self, url)
    guard var tokens = found.model.vocab, let merges = found.model.merges else {
      throw TokenizerError.unsupported(
        file: file, what: "the type ‘\(found.model.type ?? "")’ where pairs of bytes are expected")
    }
    guard found.model.endOfWordSuffix == wordEnd else {
      throw TokenizerError.unsupported(file: file, what: "words that do not end with ‘\(wordEnd)’")
    }
    for token in found.addedTokens ?? [] { tokens[token.content] = token.id }
    var pairs: [(left: String, right: String)] = []
    for (index, merge) in merges.enumerated() {
      guard merge.parts.count == 2 else {
        throw TokenizerError.malformed(
          file: file, problem: "entry \(index + 1) of ‘merges’ is no pair of texts")
      }
      pairs.append((merge.parts[0], merge.parts[1]))
    }
    return try Self(tokens, pairs, file: file)
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ url: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: bytes(url))
    } catch is DecodingError {
      throw TokenizerError.malformed(
        file: url.relativePath, problem: "there is no JSON of the expected form")
    }
  }

  private static func bytes(_ url: URL) throws -> Data {
    let data = try MappedFile.bytes(of: url)
    guard data.count <= largestFile else {
      throw TokenizerError.malformed(
        file: url.relativePath, problem: "there are \(data.count) bytes, beyond \(largestFile)")
    }
    return data
  }
}
