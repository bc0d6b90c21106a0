import CredencePredictions
import Testing

@Suite struct SelectingRowsTests {
  private func set(_ output: PredictionSet.Output) throws -> PredictionSet {
    var metadata = PredictionMetadata()
    metadata.model = "net"
    return try PredictionSet(
      output, labels: [0, 1, -1], embeddings: Matrix(rows: [[1], [2], [3]]),
      uncertainties: ["u": [0.1, 0.2, 0.3]],
      memberLogits: [Matrix(rows: [[1, 0], [2, 0], [3, 0]])],
      softLabels: Matrix(rows: [[1, 0], [0, 1], [0.5, 0.5]]),
      multiLabels: RaggedLabels(values: [0, 0, 1, 1], offsets: [0, 1, 3, 4]),
      sampleIDs: SampleIDs(["a", "b", "c"]),
      metadata: metadata)
  }

  @Test func `every part follows the rows`() throws {
    let part = try set(.logits(Matrix([1.5, 0, 2.5, 0, 3.5, 0] as [Double], columnCount: 2)))
      .selecting(rows: [2, 0])
    #expect(part.sampleCount == 2)
    #expect(part.scoreMatrix?.row(0) == [3.5, 0] && part.scoreMatrix?.row(1) == [1.5, 0])
    #expect(part.scoreMatrix?.scalarType == .float64)
    #expect(part.labels == [-1, 0])
    #expect(part.embeddings?.row(0) == [3])
    #expect(part.uncertainties == ["u": [0.3, 0.1]])
    #expect(part.memberLogits.first?.row(1) == [1, 0])
    #expect(part.softLabels?.row(0) == [0.5, 0.5])
    #expect(part.multiLabels?[0] == [1] && part.multiLabels?[1] == [0])
    #expect(part.sampleIDs?[0] == "c" && part.sampleIDs?.count == 2)
    #expect(part.metadata.model == "net")
  }

  @Test func `top classes and decisions follow, too`() throws {
    let top = TopK(
      indices: [0, 1, 1, 0, 0, 1],
      values: try Matrix(rows: [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]]))
    guard case .topK(let part) = try set(.topK(top)).selecting(rows: [1]).output else {
      Issue.record("the output changed its kind")
      return
    }
    #expect(part.indices == [1, 0] && part.count == 2)
    let decisions = Decisions(predictions: [0, 1, 1], confidences: [0.9, 0.8, 0.7])
    guard case .decisions(let rest) = try set(.decisions(decisions)).selecting(rows: [2, 1]).output
    else {
      Issue.record("the output changed its kind")
      return
    }
    #expect(rest.predictions == [1, 1] && rest.confidences == [0.7, 0.8])
  }

  @Test func `a named sample can't be taken twice, an unnamed one can`() throws {
    let named = try set(.logits(Matrix(rows: [[1, 0], [2, 0], [3, 0]])))
    #expect(throws: PredictionError.duplicateSampleID(id: "b", row: 1, earlierRow: 0)) {
      try named.selecting(rows: [1, 1])
    }
    let unnamed = try PredictionSet(.logits(Matrix(rows: [[1, 0], [2, 0]])))
    #expect(try unnamed.selecting(rows: [1, 1]).scoreMatrix?.row(1) == [2, 0])
    #expect(throws: PredictionError.noSamples) { try unnamed.selecting(rows: []) }
  }
}
