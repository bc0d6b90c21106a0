import CredenceErrorAnalysis
import Foundation
import GoldenSupport
import Testing

@Suite struct KnowledgeGoldenTests {
  @Test func `superclasses hold the published classes`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let file = "expected/superclass_membership.json"
    var group = GoldenGroup(set: "errors", name: "superclasses", file: file)
    let expected = try GoldenErrors.set.json(file)
    #expect(expected.members.count == 1000)
    for (index, names) in expected.members {
      let found = knowledge.superclasses.names(of: Int32(index) ?? -1)
      group.check(
        path: index,
        Set(names.array?.compactMap(\.text) ?? []) == Set(found)
          && names.array?.count == found.count, "\(index): \(found)")
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }

  @Test func `groups hold the published classes`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let file = "expected/groups.json"
    let expected = try GoldenErrors.set.json(file)
    var comparison = GoldenGroup(set: "errors", name: "groups", file: file)
    var union: Set<Int32> = []
    for group in ClassGroup.allCases {
      let indices = knowledge.groups.indices(of: group)
      comparison.check(
        path: group.rawValue,
        expected: expected[group.rawValue]?.array?.compactMap(\.number) ?? [],
        actual: indices.map(Double.init))
      if group != .all {
        #expect(union.isDisjoint(with: indices))
        union.formUnion(indices)
      }
    }
    #expect(union.count == 1000)
    comparison.finish()
    #expect(comparison.failures.isEmpty)
  }

  @Test(arguments: ["imagenet", "imagenet-a"])
  func `co-occurrence pairs are the published ones`(dataset: String) throws {
    let knowledge = try GoldenErrors.knowledge(dataset)
    let file = "expected/cooccurrence_pairs.json"
    let expected = try GoldenErrors.set.json(file).array ?? []
    let found = try #require(knowledge.pairs).pairs
    #expect(found.count == expected.count)
    var comparison = GoldenGroup(set: "errors", name: "pairs \(dataset)", file: file)
    for (index, pair) in found.enumerated() where index < expected.count {
      comparison.check(
        path: "\(index)", expected: expected[index].array?.compactMap(\.number) ?? [],
        actual: [Double(pair.first), Double(pair.second)])
    }
    comparison.finish()
    #expect(comparison.failures.isEmpty)
  }

  @Test func `the CSV form says the same as the published JSON`() throws {
    let classes = try ClassList.imageNet()
    let json = try MultiLabels(
      contentsOf: GoldenErrors.set.url("annotations/human_accuracy.json"), classes: classes)
    let csv = try MultiLabels(
      contentsOf: GoldenErrors.set.url("annotations/multilabel.csv"), classes: classes)
    #expect(json.contentHash == csv.contentHash)
    #expect(json.entries.count > 200)
    #expect(json.imageNetM?.count == 30)
    #expect(csv.imageNetM == nil)
  }

  @Test func `class lists that files hold are the built-in ones`() throws {
    try GoldenErrors.noteInputs()
    let builtIn = try ClassList.imageNet()
    for name in ["labels_map.json", "imagenet_wnet_id_to_target.json"] {
      let read = try ClassList(contentsOf: GoldenErrors.set.url("artefacts/\(name)"))
      #expect(read == builtIn)
    }
    let indices = try GoldenErrors.set.json("artefacts/imagenet_wnet_id_to_target.json")
    for (wnid, index) in indices.members {
      #expect(builtIn.index(ofID: wnid).map(Double.init) == index.number)
    }
    let names = try GoldenErrors.set.json("artefacts/labels_map.json")
    for (index, name) in builtIn.descriptions.enumerated() {
      #expect(names["\(index)"]?.text == name)
    }
  }
}
