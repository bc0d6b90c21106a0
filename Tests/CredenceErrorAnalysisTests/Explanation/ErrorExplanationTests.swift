import CredenceErrorAnalysis
import Foundation
import GoldenSupport
import Testing

@Suite struct ErrorExplanationTests {
  @Test(arguments: ["imagenet", "imagenet-a"])
  func `every decision of a model is explained as it was made`(dataset: String) throws {
    let golden = try GoldenAnalysis(dataset)
    let knowledge = try GoldenErrors.knowledge(dataset)
    let table = golden.tables[0]
    for row in 0..<golden.samples.count {
      let explanation = try ErrorExplanation(
        row: row, prediction: table.predictions[row], model: table.model.folder,
        classifier: ErrorClassifier(knowledge))
      #expect(explanation.keys == table.outcomes[row].keys)
      #expect(explanation.steps.allSatisfy { !$0.reason.isEmpty })
      #expect(explanation.steps.last?.verdict == .decided)
      #expect(explanation.steps.dropLast().allSatisfy { $0.verdict != .decided })
      let neighborhood = try #require(explanation.neighborhood)
      #expect(neighborhood.neighbors.count == 10)
      let isOutOfVocabulary = explanation.keys.last == ErrorType.outOfVocabulary.key
      if isOutOfVocabulary {
        #expect(neighborhood.isOpen)
        #expect(explanation.best.first?.isClass == false)
      }
      #expect(explanation.best.count <= 5)
      #expect(explanation.proposalCount == 0 || !explanation.sections.isEmpty)
    }
  }

  @Test func `every rule has words`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let golden = try GoldenAnalysis("imagenet")
    var seen: Set<String> = []
    for table in golden.tables {
      for row in 0..<golden.samples.count {
        let explanation = try ErrorExplanation(
          row: row, prediction: table.predictions[row], model: "m",
          classifier: ErrorClassifier(knowledge))
        for step in explanation.steps where !step.reason.isEmpty { seen.insert(step.rule) }
      }
      if seen.count == RuleCatalog.all.count { break }
    }
    #expect(seen == Set(RuleCatalog.all.map(\.id)))
  }

  @Test func `images and models are found by their names`() throws {
    let (folder, inputs) = try GoldenErrors.copy()
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let image = knowledge.samples.files[0]
    let model = ErrorExplanation.Answer.model("timm/resnet_tiny_00")
    let full = try ErrorExplanation(
      image: image, answer: model, knowledge: knowledge, inputs: inputs("imagenet"))
    let short = try ErrorExplanation(
      image: String(image.split(separator: "/")[1]), answer: model, knowledge: knowledge,
      inputs: inputs("imagenet"))
    #expect(full == short)
    #expect(full.model == "timm--resnet_tiny_00")
    let other = try ErrorExplanation(
      image: image, answer: .someClass(full.prediction.id), knowledge: knowledge,
      inputs: inputs("imagenet"))
    #expect(other.steps == full.steps)
    for (image, answer, word) in [
      ("n/none.JPEG", model, "image"), (image, .model("timm/resnet_tiny_0x"), "model"),
      (image, .someClass("n00000001"), "class"), (image, .someClass("1000"), "class"),
    ] {
      let error = #expect(throws: ErrorAnalysisError.self) {
        try ErrorExplanation(
          image: image, answer: answer, knowledge: knowledge, inputs: inputs("imagenet"))
      }
      guard case .unknown(let kind, _, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(kind.contains(word))
    }
    _ = folder
  }
}
