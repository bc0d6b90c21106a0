import CredenceErrorAnalysis
import Foundation
import Testing

@Suite struct ExpertComparisonTests {
  @Test func `every mistake of a list is compared or left out for a reason`() throws {
    // Prompts for these predictions have no features.
    var inputs = GoldenErrors.inputs("imagenet")
    inputs.usesOutOfVocabulary = false
    let comparison = try ExpertComparison(
      inputs: inputs, knowledge: ErrorKnowledge(opening: inputs))
    #expect(comparison.marks == ["oov=skipped"])
    #expect(comparison.lists.map(\.model) == ["greedysoups", "vit3b"])
    let golden = try GoldenAnalysis("imagenet")
    for list in comparison.lists {
      #expect(
        list.counted + list.problematicImages + list.unknownImages.count == list.mistakes)
      #expect(list.cells.reduce(0) { $0 + $1.count } == list.counted)
      #expect(Set(list.cells.map(\.category)) == Set(list.categories))
      #expect(!list.categories.contains("Fine-grained with OOV"))
      for item in list.onlyExperts {
        #expect(
          item.labels.contains { $0.index == item.prediction.index }
            || item.type == .correctCollapsedMapping)
      }
      // Where a model gave the same answer, the kind is the model's.
      for item in list.cases {
        guard let row = golden.samples.files.firstIndex(of: item.file) else { continue }
        for table in golden.tables
        where Int(table.predictions[row]) == item.prediction.index
          && table.outcomes[row].type != .outOfVocabulary
        {
          #expect(table.outcomes[row].type == item.type)
        }
      }
    }
  }
}
