import CredenceModels
import FileSupport
import Foundation
import GoldenSupport
import Testing

/// A prompt and the tokens of the published program.
struct TokenExample: Decodable, Sendable {
  let prompt: String
  let tokens: [Int32]

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    prompt = try list.decode(String.self)
    tokens = try list.decode([Int32].self)
  }
}

@Suite struct BytePairTokenizerTests {
  @Test func `a thousand prompts and odd texts have the published tokens`() throws {
    let examples = try JSONDecoder().decode(
      [TokenExample].self, from: GoldenSet("clip").data("tokens.json"))
    #expect(examples.count > 1000)
    let tokenizer = try BytePairTokenizer()
    #expect(tokenizer.vocabularySize == 49_408 && tokenizer.contextLength == 77)
    for example in examples {
      #expect(
        try tokenizer.tokens(of: example.prompt) == example.tokens, "‘\(example.prompt)’")
    }
  }

  @Test func `a prompt that is too long is an error and never cut`() throws {
    let tokenizer = try BytePairTokenizer()
    let longest = Array(repeating: "cat", count: 75).joined(separator: " ")
    #expect(try tokenizer.tokens(of: longest).count == 77)
    let prompt = longest + " cat"
    #expect(throws: TokenizerError.tooLong(prompt: prompt, tokens: 78, limit: 77)) {
      try tokenizer.tokens(of: prompt)
    }
    #expect(throws: TokenizerError.tooLarge(bytes: 50_000_000, limit: 32_768)) {
      try tokenizer.tokens(of: String(repeating: "x", count: 50_000_000))
    }
  }

  /// A small vocabulary: single bytes, and “a photo”.
  private func vocabulary() -> (tokens: [String: Int], merges: [String]) {
    let bytes = (0x21...0x7e).map { String(Unicode.Scalar(UInt8($0))) }
    let others = Array(0xa1...0xac) + Array(0xae...0xff) + Array(0x100...0x143)
    let letters = bytes + others.compactMap { Unicode.Scalar(UInt32($0)).map { String($0) } }
    let merges = ["p h", "o t", "ph ot", "phot o</w>"]
    let names =
      ["<|startoftext|>", "<|endoftext|>"] + letters + letters.map { $0 + "</w>" }
      + merges.map { $0.replacing(" ", with: "") }
    return (Dictionary(uniqueKeysWithValues: zip(names, 0...)), merges)
  }

  @Test func `files of a folder are read in both forms`() throws {
    let (tokens, merges) = vocabulary()
    let a = try #require(tokens["a</w>"])
    let photo = try #require(tokens["photo</w>"])
    let expected = [0, a, photo, 1].map { Int32($0) }
    let pairs = try TemporaryFolder()
    _ = try pairs.file("vocab.json", JSONEncoder().encode(tokens))
    _ = try pairs.file(
      "merges.txt", "#version: 0.2\n" + merges.map { $0 + "\n" }.joined())
    let read = try #require(try BytePairTokenizer(folder: pairs.url, contextLength: 8))
    #expect(try read.tokens(of: "A  photo") == expected)
    for merges in [
      merges.map { $0 as Any }, merges.map { $0.split(separator: " ").map(String.init) },
    ] {
      let one = try TemporaryFolder()
      let file: [String: Any] = [
        "model": [
          "type": "BPE", "end_of_word_suffix": "</w>", "vocab": tokens, "merges": merges,
        ], "added_tokens": [["id": 1, "content": "<|endoftext|>"]],
      ]
      _ = try one.file("tokenizer.json", JSONSerialization.data(withJSONObject: file))
      let read = try #require(try BytePairTokenizer(folder: one.url, contextLength: 8))
      #expect(try read.tokens(of: "A  photo") == expected)
    }
    #expect(try BytePairTokenizer(folder: TemporaryFolder().url, contextLength: 8) == nil)
  }

  @Test func `damaged files are refused with the line`() throws {
    let (tokens, merges) = vocabulary()
    func read(_ tokens: [String: Int], _ merges: String) throws {
      let folder = try TemporaryFolder()
      _ = try folder.file("vocab.json", JSONEncoder().encode(tokens))
      _ = try folder.file("merges.txt", merges)
      _ = try BytePairTokenizer(folder: folder.url, contextLength: 8)
    }
    func problem(_ tokens: [String: Int], _ merges: String) -> String {
      do {
        try read(tokens, merges)
        return ""
      } catch TokenizerError.malformed(_, let problem) {
        return problem
      } catch {
        return "\(error)"
      }
    }
    let text = merges.joined(separator: "\n")
    #expect(problem(tokens, text) == "")
    #expect(problem(tokens, text + "\nx") == "line 5, ‘x’, is no pair of texts")
    #expect(problem(tokens, text + "\nq q") == "in pair 5 the text ‘qq’ has no number")
    #expect(problem(tokens, text + "\np h") == "pair 5, ‘p h’, stands twice")
    var without = tokens
    without["<|endoftext|>"] = nil
    #expect(problem(without, text) == "the mark ‘<|endoftext|>’ has no number")
    var huge = tokens
    huge["x"] = 1 << 30
    #expect(problem(huge, text).hasPrefix("numbers of tokens"))
    let folder = try TemporaryFolder()
    _ = try folder.file("tokenizer.json", "{\"model\": {\"type\": \"BPE\"")
    #expect(throws: TokenizerError.self) {
      try BytePairTokenizer(folder: folder.url, contextLength: 8)
    }
    _ = try folder.file("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\"}}")
    #expect(throws: TokenizerError.self) {
      try BytePairTokenizer(folder: folder.url, contextLength: 8)
    }
  }
}
