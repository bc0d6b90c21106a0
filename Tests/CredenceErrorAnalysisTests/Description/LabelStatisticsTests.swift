import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct LabelStatisticsTests {
  @Test func `labels by group are the published ones`() throws {
    let statistics = LabelStatistics(try GoldenErrors.knowledge("imagenet"))
    let expected = try GoldenAnalysis.set.json("expected/multilabel_statistics.json")
    var group = GoldenGroup(
      set: "errors", name: "labels by group", file: "expected/multilabel_statistics.json")
    for item in statistics.groups {
      let name = item.group.rawValue
      for (key, value) in [
        ("samples", Double(item.samples)), ("percent_multi", item.percentMulti ?? .nan),
        ("mean_labels", item.meanLabels ?? .nan),
        ("mean_labels_of_multi", item.meanLabelsOfMulti ?? .nan),
      ] {
        let number = try #require(expected[name]?[key]?.number)
        group.check(
          path: "\(name).\(key)", expected: number, actual: value, tolerance: 1e-12 * number)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
    #expect(statistics.groups.map(\.classes) == [1000, 410, 522, 68])
  }

  @Test func `the parts of a description add up`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let statistics = LabelStatistics(knowledge)
    let parts = statistics.composition
    let several = (0..<knowledge.samples.count).count {
      !knowledge.samples.isProblematic[$0] && knowledge.samples.labels[$0].count > 1
    }
    #expect(parts.neither + parts.both + parts.artifactOnly + parts.organismOnly == several)
    #expect(statistics.pairGroups?.total == statistics.pairs.count)
    #expect(
      statistics.mappings.complete + statistics.mappings.failures.count
        == statistics.mappings.occurrences)
    let all = try #require(statistics.superclasses.first)
    #expect(all.all.count == knowledge.superclasses.members.count)
    #expect(all.several.count + all.singletons == all.all.count)
    #expect(statistics.pairs[0].text.hasPrefix("(13, 620) | (junco, snowbird) ; (laptop"))
  }

  @Test func `classes are found by what they are kinds of`() throws {
    let search = try ClassSearch(opening: GoldenErrors.inputs("imagenet"))
    let dogs = try search.classes(containing: ["dog"], isExact: true)
    #expect(dogs.count == 118)
    #expect(dogs.allSatisfy { $0.paths.contains { $0.contains("dog") } })
    let loose = try search.classes(containing: ["dog"], isExact: false)
    #expect(loose.count > dogs.count)
    let both = try search.classes(containing: ["wild dog", "carnivore"], isExact: true)
    #expect(!both.isEmpty && both.allSatisfy { $0.paths[0][0] == "entity" })
    #expect(try search.classes(containing: ["no_such_name"], isExact: false).isEmpty)
  }

  @Test func `path similarity is that of WordNet`() throws {
    let search = try ClassSearch(opening: GoldenErrors.inputs("imagenet"))
    func similarity(_ a: String, _ b: String) throws -> Double? {
      try search.pathSimilarity(search.concept(ofID: a), search.concept(ofID: b))
    }
    // Red wolf, coyote, timber wolf: the first two are two steps apart, red wolf and timber wolf too.
    #expect(try similarity("n02114712", "n02114712") == 1)
    #expect(try similarity("n02114712", "n02114367") == 1.0 / 3)
    #expect(try similarity("n02114712", "n02114367") == similarity("n02114367", "n02114712"))
    let far = try #require(try similarity("n02114712", "n03692522"))
    #expect(far < 0.1)
    #expect(throws: ErrorAnalysisError.self) { try search.concept(ofID: "n99999999") }
    #expect(throws: ErrorAnalysisError.self) { try search.concept(ofID: "wolf") }
  }

  @Test func `nouns are found by name and sense`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file(
      "index.noun",
      "  1 license\ndog n 7 5 @ ~ #m #p %p 7 1 02084071 10114209 10023039 09886220 07676602 03901548 02710044  \n"
    )
    _ = try folder.file("data.noun", "")
    let index = try NounIndex(at: folder.url)
    #expect(try index.offset(of: "dog.n.01") == 2_084_071)
    #expect(try index.offset(of: "Dog.n.2") == 10_114_209)
    #expect(try index.offsets(of: "do").isEmpty)
    for name in ["dog", "dog.v.01", "dog.n.0", "dog.n.8", "cat.n.01"] {
      #expect(throws: ErrorAnalysisError.self) { try index.offset(of: name) }
    }
  }
}

private let data = UndistributedData.folder?.appendingPathComponent("imagenet")

/// ImageNet's real labels, which may not be distributed.
@Suite(.enabled(if: data != nil, "CREDENCE_DATA is not set")) struct RealLabelStatisticsTests {
  @Test func `the numbers of the publication are found`() throws {
    let data = try #require(data)
    let folder = try TemporaryFolder()
    let classes = try ClassList.imageNet()
    let labels = try String(
      contentsOf: data.appendingPathComponent("validation_labels.txt"), encoding: .utf8
    ).split(separator: "\n").map(String.init)
    let files = labels.enumerated().map { "\($1)/\(RealLabels.fileName($0 + 1))" }
    let inputs = { () -> ErrorAnalysisInputs in
      var inputs = ErrorAnalysisInputs()
      inputs.artefacts = folder.url.path
      inputs.wordNet = .path(data.appendingPathComponent("wordnet").path)
      inputs.real = .path(data.appendingPathComponent("reassessed-imagenet/real.json").path)
      inputs.originalLabels = .path(data.appendingPathComponent("validation_labels.txt").path)
      inputs.multiLabels = .path(data.appendingPathComponent("multilabel/multilabel.csv").path)
      inputs.mistakes = .path(data.appendingPathComponent("imagenet-mistakes").path)
      inputs.usesOutOfVocabulary = false
      return inputs
    }()
    try write(files, labels.map { Int64(classes.index(ofID: $0) ?? -1) }, folder.url)
    let knowledge = try ErrorKnowledge(opening: inputs)
    let statistics = LabelStatistics(knowledge)
    #expect(statistics.annotated == 20_000)
    #expect(statistics.problematic == 1308)
    #expect(statistics.withoutLabel == 311)
    #expect(statistics.nonPrototypical == 36)
    #expect(statistics.groups.map(\.samples) == [18_692, 7624, 10_184, 1596])
    let parts = statistics.composition
    #expect(parts.neither == 222)
    #expect(parts.both == 264)
    #expect(parts.artifactOnly == 2575)
    #expect(parts.severalArtifacts == 2292)
    #expect(parts.organismOnly == 527)
    #expect(parts.severalOrganisms == 444)
    let groups = try #require(statistics.pairGroups)
    #expect(groups.total == 1019)
    #expect(groups.organisms == 35 && groups.artifacts == 728)
    #expect(groups.mixed == 40 && groups.withOther == 216)
    #expect(statistics.mappings.occurrences == 1116)
    #expect(statistics.mappings.complete == 1103)

    let experts = try ExpertComparison(inputs: inputs, knowledge: knowledge)
    #expect(experts.lists.map(\.mistakes) == [249, 378])
    let scaled = try #require(experts.lists.last)
    #expect(scaled.counted == 378)
    #expect(scaled.problematicImages == 0 && scaled.unknownImages.isEmpty)
    #expect(scaled.onlyExperts.isEmpty, "all are wrong under the labels")
    #expect(scaled.cells.reduce(0) { $0 + $1.count } == 378)
  }

  private func write(_ files: [String], _ targets: [Int64], _ folder: URL) throws {
    let width = files.map(\.unicodeScalars.count).max() ?? 1
    let text = OutgoingArray("sample_files", shape: [files.count], element: .text(width)) { body in
      for file in files {
        let scalars = file.unicodeScalars.map(\.value)
        try body(bytes(scalars + Array(repeating: 0, count: width - scalars.count)))
      }
    }
    let data = folder.appendingPathComponent("imagenet")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try NPZWriter.write(
      [text, OutgoingArray("targets", targets, element: .int64)],
      to: data.appendingPathComponent("samples_info.npz"))
  }
}
