import CredenceEvaluation
import CredencePredictions
import Testing

@Suite struct DoubtScoresTests {
  @Test func `parts of joined data are told apart by the samples' names`() throws {
    var set = try PredictionSet(
      .logits(Matrix([3.0, 0, 1, 1, 0, 5], columnCount: 2)),
      memberLogits: [
        Matrix([3.0, 0, 1, 1, 0, 5], columnCount: 2), Matrix([0.0, 3, 1, 1, 0, 5], columnCount: 2),
      ], sampleIDs: SampleIDs(["clean/0", "ambiguous/0", "clean/1"]))
    let doubts = try DoubtScores.all(set)
    #expect(
      doubts.keys.sorted() == [
        "energy", "mutual_information", "predictive_entropy", "softmax_entropy",
      ])
    let parts = DoubtScores.parts(doubts, of: set)
    #expect(parts.map(\.name) == ["clean", "ambiguous"])
    let all = doubts["mutual_information"] ?? []
    #expect(parts[0].doubts["mutual_information"] == [all[0], all[2]])
    set.sampleIDs = nil
    set.metadata.dataset = "digits"
    #expect(DoubtScores.parts(doubts, of: set).map(\.name) == ["digits"])
  }
}
