import CredenceErrorAnalysis
import GoldenSupport
import Testing

@Suite struct ProposalGoldenTests {
  @Test func `proposals are the published ones in the order of the file`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let vocabulary = try #require(knowledge.outOfVocabulary).vocabulary
    let file = "expected/proposals.json"
    var group = GoldenGroup(set: "errors", name: "proposals", file: file)
    let expected = try GoldenErrors.set.json(file).array ?? []
    #expect(expected.count == 64)
    var rejectedCount = 0
    for (index, pair) in expected.enumerated() {
      let prediction = Int32(pair["pred"]?.number ?? -1)
      let target = Int32(pair["target"]?.number ?? -1)
      group.check(
        path: "\(index).pred_wnid",
        pair["pred_wnid"]?.text == knowledge.classes.ids[Int(prediction)], "\(prediction)")
      group.check(
        path: "\(index).target_wnid",
        pair["target_wnid"]?.text == knowledge.classes.ids[Int(target)], "\(target)")
      if pair["rejected"] != nil {
        rejectedCount += 1
        group.skip(path: "\(index).rejected", reason: "The reason is worded otherwise.")
        #expect(throws: ErrorAnalysisError.self) {
          try vocabulary.proposals(prediction: prediction, target: target)
        }
        continue
      }
      let found = try vocabulary.proposals(prediction: prediction, target: target)
      let wanted = pair["proposals"]?.array ?? []
      group.check(path: "\(index).proposals", wanted.count == found.count, "\(found.count)")
      for (position, (proposal, entry)) in zip(found, wanted).enumerated() {
        group.check(
          path: "\(index).proposals.\(position)",
          entry == .array([.text(proposal.name), .number(Double(proposal.concept))]),
          "\(index) \(position): \(proposal)")
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
    #expect(rejectedCount == 4)
  }

  @Test func `every prompt of ImageNet is known whatever the superclasses`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let hierarchy = try #require(knowledge.hierarchy)
    let vocabulary = try #require(knowledge.outOfVocabulary).vocabulary
    let others = try ProposalVocabulary(
      classes: knowledge.classes, hierarchy: hierarchy,
      superclasses: Superclasses.singletons(knowledge.classes))
    // The numbers are those of the published program.
    #expect(Set(vocabulary.prompts).count == 9930)
    #expect(vocabulary.prompts.count == 9930)
    #expect(Set(others.prompts) == Set(vocabulary.prompts))
    #expect(vocabulary.conceptCount == 6213)
  }
}
