import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct LabelSourceTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Probabilities of samples with names.
  private func predictions(_ names: [String]) throws -> URL {
    let rows = names.map { "\($0),0.5,0.25,0.125,0.125\n" }.joined()
    return try folder.file("p.csv", "id,prob_0,prob_1,prob_2,prob_3\n" + rows)
  }

  private func labels(_ source: LabelSource, of names: [String]) throws -> [Int32]? {
    try read(predictions(names), ReadOptions(labels: source)).set.labels
  }

  @Test func `understands its command-line forms`() throws {
    #expect(try LabelSource(argument: "every:50") == .every(50))
    #expect(try LabelSource(argument: "y.npy") == .file(URL(fileURLWithPath: "y.npy")))
    for text in ["every:0", "every:-1", "every:", "every:x"] {
      #expect(
        throws: PredictionFileError.badSource(
          text: text,
          problem: "after ‘every:’ the number of samples per class must follow, such as every:50")
      ) { try LabelSource(argument: text) }
    }
  }

  @Test func `counts classes by rows`() throws {
    #expect(try labels(.every(2), of: ["a", "b", "c", "d"]) == [0, 0, 1, 1])
    let uneven = try read(predictions(["a", "b", "c"]), ReadOptions(labels: .every(2)))
    #expect(uneven.warnings == ["3 samples are not a multiple of 2 (--labels every:2)."])
    let error = predictionError { _ = try labels(.every(1), of: ["a", "b", "c", "d", "e"]) }
    #expect(
      error
        == .invalid(
          file: "every:1",
          error: .labelOutOfRange(role: "labels", row: 4, label: 4, classes: 4)))
  }

  @Test func `reads lists and arrays`() throws {
    let names = ["a", "b", "c", "d"]
    #expect(try labels(.file(fixture("labels/labels.txt")), of: names) == [0, 1, -1, 2])
    #expect(try labels(.file(fixture("npy/labels.npy")), of: ["a", "b", "c"]) == [0, 3, -1])
    let list = try folder.file("l.csv", "anything\n3\n1\n")
    #expect(try labels(.file(list), of: ["a", "b"]) == [3, 1])
  }

  @Test func `matches by name where both have names`() throws {
    let file = fixture("labels/named.csv")
    #expect(try labels(.file(file), of: ["a", "b", "c"]) == [0, 1, 2])
    #expect(try labels(.file(file), of: ["c", "a"]) == [2, 0])
    #expect(
      predictionError { _ = try labels(.file(file), of: ["a", "x"]) }
        == .unlabeledSample(file: file.relativePath, id: "x", row: 1))
  }

  @Test func `reads the sample list of the error analysis`() throws {
    let url = try folder.file("p.csv", "prob_0,prob_1,prob_2,prob_3\n1,0,0,0\n1,0,0,0\n")
    let set = try read(
      url, ReadOptions(labels: .file(fixture("labels/samples_info.npz")))
    ).set
    #expect(set.labels == [0, 3])
    #expect(set.sampleIDs?[1] == "n02/b.JPEG")
  }

  @Test func `replaces the labels of the file and says so`() throws {
    // What is replaced need not even be readable.
    let url = try folder.file("q.csv", "label,pred,conf\ncat,1,0.5\n")
    let result = try read(url, ReadOptions(labels: .every(1)))
    #expect(result.set.labels == [0])
    #expect(result.warnings == ["The labels of the file were replaced by --labels."])
    let arrays = try read(
      fixture("safetensors/top.safetensors"), ReadOptions(labels: .every(1)))
    #expect(arrays.set.labels == [0, 1])
    #expect(arrays.warnings == ["The labels of the file were replaced by --labels."])
  }

  @Test func `refuses labels that are no class indices`() throws {
    let list = try folder.file("l.txt", "0\nn01751748\n")
    #expect(
      fileError { _ = try labels(.file(list), of: ["a", "b"]) }
        == .badField(
          file: list.relativePath, line: 2, column: 1, text: "n01751748",
          expected: "a class index"))
    let short = try folder.file("l.txt", "0\n")
    #expect(
      predictionError { _ = try labels(.file(short), of: ["a", "b"]) }
        == .invalid(
          file: short.relativePath,
          error: .countMismatch(what: "labels", count: 1, other: "samples", otherCount: 2)))
    let wide = try folder.file("l.csv", "a,b\n1,2\n")
    #expect(
      predictionError { _ = try labels(.file(wide), of: ["a"]) }
        == .noOutput(
          file: wide.relativePath, found: ["column ‘a’", "column ‘b’"],
          suggestion: "Call the column of the labels ‘label’, or leave it alone in the file."))
  }
}
