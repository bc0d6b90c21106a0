import CredenceErrorAnalysis
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct PublishedErrorTableTests {
  private struct Decision: Decodable {
    let top1: Int
    let types: [String]
    let keys: [String]
  }

  private func samples(_ files: [String]) -> AnnotatedSamples {
    AnnotatedSamples(
      dataset: "imagenet", files: files, positions: Array(files.indices),
      predictionCount: files.count, targets: files.map { _ in 0 },
      labels: LabelLists(files.map { _ in [0] }), isProblematic: files.map { _ in false },
      isNonPrototypical: files.map { _ in false }, isImageNetM: nil)
  }

  private let record = ModelRecord(
    folder: "m", modelID: "m", architectureFamily: "", architecture: "", trainingData: "",
    source: "", parameterCount: 0)

  private func read(_ text: String, _ files: [String] = ["a/1"]) throws -> ErrorTable {
    try PublishedErrorTable.read(
      TemporaryFolder().file("errors_analysis.jsonl", text), samples: samples(files),
      record: record)
  }

  @Test func `every golden outcome is recognized by its texts`() throws {
    let golden = try JSONDecoder().decode(
      [String: [String: Decision]].self,
      from: GoldenSet("errors").data("expected/error_types_imagenet.json"))
    for decisions in golden.values {
      let files = decisions.keys.sorted()
      let lines = try files.map { file -> String in
        let decision = try #require(decisions[file])
        let row: [String: Any] = [
          "img_rel_path": file, "top1": decision.top1,
          // The published program puts lists of classes behind the texts.
          "error_types": decision.types + ["[bird,fowl]", "3,7"], "target_desc": "tench",
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: row), as: UTF8.self)
      }
      let table = try read(lines.joined(separator: "\n") + "\n", files)
      for (row, file) in files.enumerated() {
        let decision = try #require(decisions[file])
        #expect(table.predictions[row] == Int32(decision.top1))
        #expect(table.outcomes[row].keys == decision.keys)
      }
    }
  }

  private let line = #"{"img_rel_path":"a/1","top1":3,"error_types":["error not classified"]}"#

  @Test(arguments: [
    ("{", "line 1"), (#"{"img_rel_path":"a/1","top1":3,"error_types":["odd"]}"#, "odd"),
    (#"{"img_rel_path":"a/1","top1":1000,"error_types":["correct"]}"#, "1000"),
  ])
  func `a wrong line is named`(text: String, part: String) throws {
    let error = #expect(throws: ArtifactError.self) { _ = try read("\n" + text) }
    let expected = part == "line 1" ? "line 2" : part
    #expect(error?.errorDescription?.contains(expected) == true)
  }

  @Test func `repeated and missing images are named`() throws {
    #expect(throws: ArtifactError.self) { _ = try read(line + "\n" + line) }
    let error = #expect(throws: ArtifactError.self) { _ = try read(line, ["a/1", "a/2"]) }
    #expect(error?.errorDescription?.contains("a/2") == true)
  }

  @Test func `a pickle is refused with the command that converts it`() throws {
    let url = try TemporaryFolder().file("errors_analysis.pkl", Data([0x80, 5]))
    let error = #expect(throws: ArtifactError.self) {
      _ = try PublishedErrorTable.read(url, samples: samples(["a/1"]), record: record)
    }
    #expect(error?.recoverySuggestion?.contains("python -c") == true)
    #expect(error?.recoverySuggestion?.contains("errors_analysis.jsonl") == true)
  }
}
