import CredenceModels
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct UnigramTokenizerTests {
  private struct Examples: Decodable {
    let count: Int
    let prompts: [TokenExample]
  }

  private let model = GoldenSet("clip").url("spiece.model")

  private func folder(_ data: Data) throws -> URL {
    let folder = try TemporaryFolder()
    return try folder.file("spiece.model", data).deletingLastPathComponent()
  }

  @Test func `prompts and odd texts have the published tokens`() throws {
    let examples = try JSONDecoder().decode(
      Examples.self, from: GoldenSet("clip").data("unigram.json"))
    let tokenizer = try #require(
      try UnigramTokenizer(folder: folder(Data(contentsOf: model)), contextLength: 200))
    #expect(tokenizer.vocabularySize == examples.count)
    #expect(examples.prompts.count > 200)
    for example in examples.prompts {
      #expect(
        try tokenizer.tokens(of: example.prompt) == example.tokens, "‘\(example.prompt)’")
    }
  }

  @Test func `a tokenizer file gives what its pieces say`() throws {
    let folder = try TemporaryFolder()
    let text = """
      {"added_tokens": [{"id": 0, "content": "<unk>"}, {"id": 1, "content": "</s>"}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "Lowercase"}]},
       "model": {"type": "Unigram", "unk_id": 0, "vocab": [
         ["<unk>", 0], ["</s>", 0], ["▁", -3], ["▁a", -1], ["b", -2], ["ab", -2.5], ["a", -2]]}}
      """
    _ = try folder.file("tokenizer.json", text)
    let tokenizer = try #require(try UnigramTokenizer(folder: folder.url, contextLength: 6))
    // “▁a” and “b” have −3 together, “▁” and “ab” −5.5.
    #expect(try tokenizer.tokens(of: "AB!") == [3, 4, 1])
    #expect(try tokenizer.tokens(of: "xyz b") == [2, 0, 2, 4, 1])
    #expect(try tokenizer.tokens(of: " ") == [1])
    #expect(tokenizer.padding == 1)
    #expect(throws: TokenizerError.tooLong(prompt: "b b b b", tokens: 9, limit: 6)) {
      try tokenizer.tokens(of: "b b b b")
    }
  }

  @Test func `damaged files are refused and never read beyond their end`() throws {
    let whole = try Data(contentsOf: model)
    for count in stride(from: 0, to: whole.count, by: 97) {
      // A cut between two fields leaves fewer pieces; any other is noticed.
      _ = try? UnigramTokenizer(folder: folder(whole.prefix(count)), contextLength: 64)
    }
    #expect(throws: TokenizerError.self) {
      try UnigramTokenizer(folder: folder(whole.prefix(1000)), contextLength: 64)
    }
    var state: UInt64 = 1
    for _ in 0..<200 {
      var data = whole
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        data[Int(state >> 33) % data.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      let tokenizer = try? UnigramTokenizer(folder: folder(data), contextLength: 64)
      _ = try? tokenizer?.tokens(of: "A photo of a Café…\u{a0}ﬁne")
    }
    let other = try TemporaryFolder()
    _ = try other.file("tokenizer.json", #"{"model": {"type": "BPE"}}"#)
    #expect(throws: TokenizerError.self) {
      try UnigramTokenizer(folder: other.url, contextLength: 64)
    }
  }
}
