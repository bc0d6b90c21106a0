import CredenceEvaluation
import CredenceFiles
import CredencePredictions
import FileSupport
import Foundation
import Testing

@Suite struct ClassSubsetTests {
  private func set(_ output: PredictionSet.Output) throws -> PredictionSet {
    var metadata = PredictionMetadata()
    metadata.classNames = ["ape", "bee", "cat", "dog"]
    return try PredictionSet(output, labels: [1, 3, 0], metadata: metadata)
  }

  private func matrix(_ scale: Float = 1) throws -> Matrix {
    try Matrix((1...12).map { Float($0) * scale }, columnCount: 4)
  }

  @Test func `keeps the columns of its classes and the labels among them`() throws {
    let part = try ClassSubset([3, 1, 3]).restricting(set(.logits(matrix())))
    #expect(part.scoreMatrix?.allValues == [2, 4, 6, 8, 10, 12])
    #expect(part.labels == [0, 1, -1])
    #expect(part.metadata.classNames == ["bee", "dog"])
    guard case .logits = part.output else {
      Issue.record("logits became something else")
      return
    }
  }

  @Test func `probabilities of a part become their logarithms`() throws {
    let values: [Float] = [0.5, 0.25, 0.125, 0.125, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25]
    let part = try ClassSubset([0, 1]).restricting(
      set(.probabilities(Matrix(values, columnCount: 4))))
    guard case .logits(let logits) = part.output else {
      Issue.record("no logits")
      return
    }
    let expected = [0.5, 0.25, Double(Float.leastNormalMagnitude), 0.5, 0.25, 0.25].map {
      Double(log(Float($0)))
    }
    #expect(logits.allValues == expected)
  }

  @Test func `classes that the predictions lack are refused`() {
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "A valid class", value: "4", allowed: "from 0 to 3")
    ) { try ClassSubset([0, 4]).restricting(set(.logits(matrix()))) }
  }

  @Test func `predictions without all classes are refused`() throws {
    let decisions = try PredictionSet(
      .decisions(Decisions(predictions: [0, 1], confidences: [0.5, 0.5])))
    #expect(throws: PredictionError.self) { try ClassSubset([0, 1]).restricting(decisions) }
  }

  @Test(arguments: [[], [3], [3, 3], [-1, 2]])
  func `fewer than two classes are no choice`(_ classes: [Int]) {
    #expect(throws: EvaluationError.self) { try ClassSubset(classes) }
  }

  @Test func `a file names classes by number or by name`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("classes.txt", "dog\n\n 0 \r\nbee\n")
    let names = ["ape", "bee", "cat", "dog"]
    #expect(try ClassSubset(contentsOf: file, classNames: names).classes == [0, 1, 3])
    let bad = try folder.file("bad.txt", "dog\ncow\n")
    #expect(
      throws: FileError.badField(
        file: bad.relativePath, line: 2, column: 1, text: "cow",
        expected: "a class number, nor the name of a class")
    ) { try ClassSubset(contentsOf: bad, classNames: names) }
    #expect(throws: FileError.self) {
      try ClassSubset(contentsOf: folder.url.appending(path: "none"), classNames: names)
    }
  }
}
