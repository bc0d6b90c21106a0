import CredencePredictions
import Testing

@Suite struct PredictionSetTests {
  private func topK(_ indices: [Int32], _ values: [Float]) throws -> PredictionSet {
    try PredictionSet(.topK(TopK(indices: indices, values: Matrix(values, columnCount: 2))))
  }

  @Test func `is built from arrays`() throws {
    let set = try PredictionSet(.logits(Matrix(rows: [[2, -1], [0.5, 0.7]])), labels: [0, -1])
    #expect(set.sampleCount == 2)
    #expect(set.classCount == 2)
  }

  @Test func `checks top-k lists`() throws {
    #expect(throws: Never.self) { try topK([3, 1, 0, 9], [0.5, 0.25, 1, 0]) }
    #expect(
      throws: PredictionError.labelOutOfRange(
        role: "top_k.indices", row: 1, label: -1, classes: Int(Int32.max))
    ) { try topK([3, 1, 0, -1], [0.5, 0.25, 1, 0]) }
    #expect(throws: PredictionError.duplicateClass(role: "top_k.indices", row: 1, label: 4)) {
      try topK([3, 1, 4, 4], [0.5, 0.25, 1, 0])
    }
    #expect(throws: PredictionError.notFinite(role: "top_k.values", row: 0, column: 1)) {
      try topK([3, 1, 0, 4], [0.5, .nan, 1, 0])
    }
    #expect(
      throws: PredictionError.notAProbability(role: "top_k.values", row: 1, column: 0, value: 1.5)
    ) { try topK([3, 1, 0, 4], [0.5, 0.5, 1.5, 0]) }
    #expect(throws: PredictionError.probabilitySum(row: 0, sum: 1.25, tolerance: 1e-3)) {
      try topK([3, 1, 0, 4], [0.5, 0.75, 1, 0])
    }
    #expect(
      throws: PredictionError.countMismatch(
        what: "top-k indices", count: 3, other: "top-k values", otherCount: 4)
    ) { try topK([3, 1, 0], [0.5, 0.25, 1, 0]) }
  }

  @Test func `checks decisions`() {
    func decisions(_ predictions: [Int32], _ confidences: [Double]) throws -> PredictionSet {
      try PredictionSet(.decisions(Decisions(predictions: predictions, confidences: confidences)))
    }
    #expect(throws: Never.self) { try decisions([0, 7], [0.5, -30]) }
    #expect(
      throws: PredictionError.labelOutOfRange(
        role: "predictions", row: 1, label: -1, classes: Int(Int32.max))
    ) { try decisions([0, -1], [0.5, 1]) }
    #expect(throws: PredictionError.notFinite(role: "confidences", row: 1, column: 0)) {
      try decisions([0, 1], [0.5, .infinity])
    }
    #expect(
      throws: PredictionError.countMismatch(
        what: "confidences", count: 1, other: "samples", otherCount: 2)
    ) { try decisions([0, 1], [0.5]) }
    #expect(throws: PredictionError.noSamples) { try decisions([], []) }
  }

  @Test func `checks that parts count the same classes and samples`() throws {
    let logits = try Matrix(rows: [[2, -1], [0.5, 0.7]])
    let other = try Matrix(rows: [[1, 2, 3], [1, 2, 3]])
    func error(_ body: () throws -> PredictionSet) -> PredictionError? {
      do {
        _ = try body()
        return nil
      } catch {
        return error as? PredictionError
      }
    }
    #expect(
      error { try PredictionSet(.logits(logits), softLabels: other) }
        == .countMismatch(
          what: "columns of soft labels", count: 3, other: "classes", otherCount: 2))
    #expect(
      error { try PredictionSet(.logits(logits), memberLogits: [other]) }
        == .countMismatch(
          what: "columns of member 0", count: 3, other: "classes", otherCount: 2))
    #expect(
      error {
        try PredictionSet(
          .logits(logits), embeddings: other, head: LinearHead(weight: logits, bias: [0, 0]))
      }
        == .countMismatch(
          what: "columns of the head", count: 2, other: "features of the embeddings",
          otherCount: 3))
    #expect(
      error { try PredictionSet(.logits(logits), uncertainties: ["x": [1, .nan]]) }
        == .notFinite(role: "uncertainty.x", row: 1, column: 0))
    #expect(
      error {
        try PredictionSet(
          .logits(logits), multiLabels: RaggedLabels(values: [0, 2], offsets: [0, 1, 2]))
      } == .labelOutOfRange(role: "multi_labels", row: 1, label: 2, classes: 2))
    var metadata = PredictionMetadata()
    metadata.classNames = ["a"]
    #expect(
      error { try PredictionSet(.logits(logits), metadata: metadata) }
        == .countMismatch(what: "class names", count: 1, other: "classes", otherCount: 2))
    #expect(
      error { try PredictionSet(.logits(logits), labels: [0, 2]) }
        == .labelOutOfRange(role: "labels", row: 1, label: 2, classes: 2))
    #expect(
      error { try PredictionSet(.logits(logits), labels: [-2, 0]) }
        == .labelOutOfRange(role: "labels", row: 0, label: -2, classes: 2))
  }
}
