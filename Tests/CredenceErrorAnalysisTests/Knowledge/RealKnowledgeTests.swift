import CredenceErrorAnalysis
import FileSupport
import Foundation
import Testing

private let sharedFolder = UndistributedData.folder?.appendingPathComponent("imagenet")

/// The real annotations of ImageNet, in the folder that `CREDENCE_DATA` names; the numbers are the published ones.
@Suite(.enabled(if: sharedFolder != nil, "CREDENCE_DATA is not set")) struct RealKnowledgeTests {
  private let folder: URL
  private let classes: ClassList
  private let hierarchy: LabelHierarchy

  init() throws {
    folder = try #require(sharedFolder)
    classes = try ClassList.imageNet()
    hierarchy = try WordNet.nouns(
      contentsOf: folder.appendingPathComponent("wordnet/data.noun.gz"))
  }

  private func ancestorNames() throws -> [Set<String>] {
    try classes.concepts.map { try hierarchy.ancestorNames(of: #require($0)) }
  }

  @Test func `WordNet holds every class under its names`() throws {
    #expect(hierarchy.concepts.count == 82_115)
    var severalPaths = 0
    for index in 0..<Int32(classes.count) {
      let concept = try hierarchy.concept(#require(classes.concepts[Int(index)]))
      let names = concept.names.map { $0.replacingOccurrences(of: "_", with: " ") }
      #expect(names.joined(separator: ", ") == classes.descriptions[Int(index)])
      let paths = try hierarchy.paths(to: concept.id)
      #expect(paths.allSatisfy { (try? hierarchy.concept($0[0]).names) == ["entity"] })
      if paths.count > 1 { severalPaths += 1 }
    }
    #expect(severalPaths == 304)
  }

  @Test func `groups have the published sizes`() throws {
    let groups = ClassGroups(classCount: 1000, ancestorNames: try ancestorNames())
    #expect(ClassGroup.allCases.map { groups.indices(of: $0).count } == [1000, 410, 522, 68])
  }

  @Test func `proposals need the published number of prompts`() throws {
    let vocabulary = try ProposalVocabulary(
      classes: classes, hierarchy: hierarchy,
      superclasses: Superclasses(
        SuperclassDefinitions.proposed(), classes: classes, ancestorNames: ancestorNames()))
    #expect(vocabulary.prompts.count == 9930)
    #expect(vocabulary.conceptCount == 6213)
  }

  @Test func `the proposed superclasses keep what is said of them`() throws {
    let groups = ClassGroups(classCount: 1000, ancestorNames: try ancestorNames())
    let superclasses = try Superclasses(
      SuperclassDefinitions.proposed(), classes: classes, ancestorNames: ancestorNames())
    let audit = try SuperclassAudit(
      superclasses, classes: classes, groups: groups, hierarchy: hierarchy)
    #expect(audit.sharedCount == 193)
    #expect(audit.singletonCount == 107)
    #expect(audit.sharingPairCount == 4445)
    #expect(audit.multipleMemberCount == 176)
    #expect(audit.smallest == 2 && audit.largest == 29)
    let constraints = try #require(audit.constraints)
    #expect(constraints.missing.isEmpty && constraints.mustShareCount == 892)
    #expect(constraints.forbidden.isEmpty && constraints.mustNotShareCount == 3345)
    #expect(constraints.atLeastOneCount - constraints.unmet.count == 192)
    #expect(constraints.atLeastOneCount == 198)
    #expect(audit.groups["organism"]?.total == 65 + 18)
    #expect(audit.groups["artifact"]?.total == 120 + 80)
    #expect(audit.groups["other"]?.total == 15 + 9)
    let file = try SuperclassDefinitions(
      contentsOf: folder.appendingPathComponent("superclasses.proposed.jsonl"))
    #expect(try file.sha256 == SuperclassDefinitions.proposed().sha256)
  }

  @Test func `multi-labels have the published counts`() throws {
    let labels = try multiLabels()
    #expect(labels.entries.count == 20_000)
    #expect(labels.entries.count { $0.isProblematic } == 1308)
    #expect(labels.entries.count { $0.labels.isEmpty } == 311)
    let usable = labels.entries.filter { !$0.isProblematic }
    #expect(usable.count == 18_692)
    #expect(usable.count { $0.labels.count == 1 } == 15_104)
    #expect(usable.allSatisfy { $0.labels.contains($0.original ?? -1) })
    // The published audit of overlapping classes: how often a class is listed, and with all that count as right for it.
    let mappings = CollapsedMappings.imageNet
    var (listed, complete) = (0, 0)
    for entry in usable {
      for label in Set(entry.labels) {
        guard let accepted = mappings.predictions[label] else { continue }
        listed += 1
        if accepted.allSatisfy({ entry.labels.contains($0) }) { complete += 1 }
      }
    }
    #expect(listed == 1116 && complete == 1103)
  }

  @Test func `pairs come out of ReaL as published`() throws {
    let real = try RealLabels(
      contentsOf: folder.appendingPathComponent("reassessed-imagenet/real.json"), classCount: 1000)
    let originals = try RealLabels.originalLabels(
      contentsOf: folder.appendingPathComponent("validation_labels.txt"), classes: classes)
    let evaluated = Set(try multiLabels().entries.map(\.file))
    let pairs = CoOccurrencePairs(
      lists: real.lists, originals: originals,
      isEvaluated: originals.indices.map { evaluated.contains(RealLabels.fileName($0 + 1)) },
      superclasses: try Superclasses(
        SuperclassDefinitions.proposed(), classes: classes, ancestorNames: ancestorNames()),
      source: "ReaL")
    var expected = CoOccurrencePairs.Statistics()
    expected.evaluatedImages = 20_000
    expected.emptyImages = 1902
    expected.singleImages = 21_476
    expected.usedImages = 6622
    expected.pairOccurrences = 13_090
    expected.distinctPairs = 5456
    expected.repeatedPairs = 1659
    // With the original superclasses 4,283; the proposed ones join fewer classes.
    expected.unrelatedPairs = pairs.statistics.unrelatedPairs
    #expect(pairs.statistics == expected)
    #expect(pairs.statistics.unrelatedPairs >= 4283)
    #expect(pairs.pairs.count == 1019)
  }

  @Test func `experts found 36 images untypical`() throws {
    let lists = try ExpertMistakes.published(
      inFolder: folder.appendingPathComponent("imagenet-mistakes"), classCount: 1000)
    #expect(lists.map(\.mistakes.count) == [249, 378])
    #expect(lists.reduce(into: Set<String>()) { $0.formUnion($1.nonPrototypical) }.count == 36)
  }

  private func multiLabels() throws -> MultiLabels {
    try MultiLabels(
      contentsOf: folder.appendingPathComponent("multilabel/multilabel.csv"), classes: classes)
  }
}
