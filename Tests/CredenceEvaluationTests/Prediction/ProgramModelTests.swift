import CredenceEvaluation
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import FileSupport
import Foundation
import Testing

/// Programs that another tool exported, as models.
@Suite struct ProgramModelTests {
  private func model(_ name: String) throws -> PredictionModel {
    try PredictionModel(
      ExportedProgram(
        contentsOf: fixture("programs/\(name)"), kind: .torchScript, device: .cpu),
      name: name, preprocessing: TinyRun.preprocessing, settings: InferenceSettings())
  }

  @Test func `a second result is taken for embeddings`() throws {
    let model = try model("classifier.pt")
    #expect(model.classCount == 5 && model.embeddingWidth == 4)
    let run = try TinyRun()
    let result = try Predictor(TinyRun.settings()).run(
      model, over: FormulaImages(greatestLabel: 4), named: "formula", to: run.output())
    let set = try predictions(result.file)
    #expect(set.scoreMatrix?.columnCount == 5 && set.embeddings?.columnCount == 4)
    // Nothing says that the logits are a linear function of them.
    #expect(set.head.map(\.bias.count) == nil)
  }

  @Test func `a result that is no row of logits for each image is refused`() {
    #expect(
      throws: ModelError.unusableOutput(
        model: "one-number.pt", found: [], expected: "[2, classes] for two images")
    ) { try model("one-number.pt") }
  }
}
