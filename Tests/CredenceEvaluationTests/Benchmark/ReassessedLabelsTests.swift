import CredenceEvaluation
import CredenceFiles
import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct ReassessedLabelsTests {
  private func labels(_ text: String) throws -> ReassessedLabels {
    let folder = try TemporaryFolder()
    return try ReassessedLabels(contentsOf: folder.file("real.json", text))
  }

  private func set(_ names: [String]) throws -> PredictionSet {
    var metadata = PredictionMetadata()
    metadata.dataset = "imagenet"
    return try PredictionSet(
      .logits(Matrix([0, 5, 1, 9, 2, 3, 1, 1, 0, 4, 4, 4] as [Float], columnCount: 3)),
      labels: [0, 0, 0, 0], sampleIDs: SampleIDs(names), metadata: metadata)
  }

  @Test func `a prediction is right if it is any of the image's classes`() throws {
    let names = [3, 1, 2, 4].map { "val/n01440764/ILSVRC2012_val_0000000\($0).JPEG" }
    let found = try labels("[[2, 1], [], [0, 1], [2, 0]]").relabeling(set(names), file: "a")
    // Predicted are 1, 0, 0 and 0, of equal logits the first.
    #expect(found.labels == [1, 2, -1, 0])
    #expect(found.metadata.dataset == "imagenet-real")
  }

  @Test(arguments: ["a_5", "a_0", "a", "a_00000001x", ""])
  func `images without a number among the labels are refused`(_ name: String) throws {
    let labels = try labels("[[2, 1], [], [0, 1], [2, 0]]")
    #expect(throws: EvaluationError.noLabels(file: "a")) {
      try labels.relabeling(set(["x_1", "x_2", "x_3", name]), file: "a")
    }
  }

  @Test func `predictions without names are refused`() throws {
    let set = try PredictionSet(.logits(Matrix([0, 1] as [Float], columnCount: 2)))
    let labels = try labels("[[1]]")
    #expect(throws: EvaluationError.noLabels(file: "a")) {
      try labels.relabeling(set, file: "a")
    }
  }

  @Test(arguments: ["", "{}", "[1, 2]", "[[-1]]", "[[16777216]]", "[[0.5]]"])
  func `files of another kind are refused`(_ text: String) {
    #expect(throws: FileError.self) { try labels(text) }
  }
}
