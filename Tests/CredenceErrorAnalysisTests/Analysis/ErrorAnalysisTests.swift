import CredenceErrorAnalysis
import CredenceFiles
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct ErrorAnalysisTests {
  @Test func `tables of all models hold the golden decisions and are used again`() throws {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    for dataset in ["imagenet", "imagenet-a"] {
      let knowledge = try ErrorKnowledge(opening: inputs(dataset))
      let folder = ErrorTableFolder(inputs(dataset))
      let analysis = ErrorAnalysis(knowledge, folder: folder)
      let models = try analysis.models()
      #expect(models.count == 12)
      let first = try analysis.run(models) { _, _, _ in }
      #expect(first.reusedCount == 0 && first.refused.isEmpty && first.undecidedCount == 0)
      let expected = try GoldenErrors.set.json("expected/error_types_\(dataset).json")
      for table in first.tables {
        for (row, outcome) in table.outcomes.enumerated() {
          let wanted = expected[table.model.folder]?[knowledge.samples.files[row]]?["keys"]
          #expect(wanted == .array(outcome.keys.map { .text($0) }))
        }
      }
      let second = try analysis.run(models) { _, _, _ in }
      #expect(second.reusedCount == 12 && second.decisionCount == 0)
      #expect(second.tables == first.tables)
      // Statistics read the same tables, without features.
      let statistics = try ErrorKnowledge(opening: inputs(dataset), for: .statistics)
      #expect(statistics.outOfVocabulary == nil)
      let read = try folder.tables(statistics)
      #expect(read.tables == first.tables && read.refused.isEmpty)
    }
  }

  @Test func `a model that changes is analyzed alone`() throws {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    let knowledge = try ErrorKnowledge(opening: inputs("imagenet"))
    let folder = ErrorTableFolder(inputs("imagenet"))
    let analysis = ErrorAnalysis(knowledge, folder: folder)
    let models = try analysis.models()
    let before = try analysis.run(models) { _, _, _ in }
    var top1 = try ModelPredictions(
      contentsOf: models[3].predictions, samples: knowledge.sampleList
    ).top1
    let first = knowledge.samples.positions[0]
    top1[first] = knowledge.samples.targets[0]
    #expect(before.tables[3].predictions[0] != top1[first])
    try NPZWriter.write(
      [OutgoingArray("top1", top1.map { Int64($0) }, element: .int64)],
      to: models[3].predictions.appendingPathComponent("preds.npz"))
    let after = try analysis.run(models) { _, _, _ in }
    #expect(after.reusedCount == 11)
    #expect(after.tables[3].predictions == knowledge.samples.positions.map { top1[$0] })
    #expect(after.tables.indices.allSatisfy { $0 == 3 || after.tables[$0] == before.tables[$0] })
  }

  @Test func `other inputs make tables anew, and old ones are refused`() throws {
    let (temporary, inputs) = try GoldenErrors.copy()
    // Other superclasses need prompts that the golden file does not hold.
    var settings = inputs("imagenet")
    settings.usesOutOfVocabulary = false
    let full = try ErrorKnowledge(opening: settings)
    let folder = ErrorTableFolder(settings)
    let names = try folder.models()
    let analysis = ErrorAnalysis(full, folder: folder)
    _ = try analysis.run(analysis.models()) { _, _, _ in }
    var other = settings
    other.superclasses = .path(
      try temporary.file("superclasses.jsonl", #"{"animal": [["animal"]]}"#).path)
    let changed = try ErrorKnowledge(opening: other)
    #expect(
      throws: ErrorAnalysisError.outdatedTable(
        file: folder.url.relativePath, changed: ["superclasses"])
    ) { try folder.tables(changed) }
    let again = ErrorAnalysis(changed, folder: folder)
    let result = try again.run(again.models(named: [names[0]])) { _, _, _ in }
    #expect(result.reusedCount == 0 && result.tables.count == 1)
    let (tables, refused) = try folder.tables(changed)
    #expect(tables.map(\.model.folder) == [names[0]])
    #expect(refused.map(\.model) == Array(names.dropFirst()))
  }

  @Test func `tables are refused where only one side has a part of the analysis`() throws {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    var full = inputs("imagenet")
    full.usesOutOfVocabulary = false
    var parts: [(name: String, inputs: ErrorAnalysisInputs)] = []
    parts.append(("non-prototypical", full))
    parts[0].inputs.mistakes = .none
    parts.append(("co-occurrences", full))
    parts[1].inputs.pairs = .none
    parts[1].inputs.real = .none
    for part in parts {
      let (whole, reduced) = (
        try ErrorKnowledge(opening: full), try ErrorKnowledge(opening: part.inputs)
      )
      for (made, read) in [(whole, reduced), (reduced, whole)] {
        let folder = ErrorTableFolder(full)
        let analysis = ErrorAnalysis(made, folder: folder)
        _ = try analysis.run(analysis.models(named: [folder.models()[0]])) { _, _, _ in }
        let refusal = ErrorAnalysisError.outdatedTable(
          file: folder.url.relativePath, changed: [part.name])
        #expect(throws: refusal) { try folder.tables(read) }
        #expect(try folder.tables(made).tables.count == 1)
      }
    }
  }

  @Test func `the order and number of models change nothing`() throws {
    let knowledge = try GoldenErrors.knowledge("imagenet")
    let analysis = ErrorAnalysis(
      knowledge, folder: ErrorTableFolder(GoldenErrors.inputs("imagenet")))
    let models = try analysis.folder.models()
    let predictions = try models.map { try GoldenErrors.predictions("imagenet", $0) }
    let together = try analysis.outcomes(of: predictions)
    #expect(try analysis.outcomes(of: predictions.reversed()) == together.reversed())
    for (list, outcomes) in zip(predictions, together) {
      #expect(try analysis.outcomes(of: [list]) == [outcomes])
    }
    #expect(try analysis.outcomes(of: []).isEmpty)
  }

  @Test(arguments: 0..<6)
  func `every answer has one kind, and the counts add up`(seed: UInt64) throws {
    let knowledge = try GoldenErrors.knowledge("imagenet-a")
    let analysis = ErrorAnalysis(
      knowledge, folder: ErrorTableFolder(GoldenErrors.inputs("imagenet-a")))
    let samples = knowledge.samples
    var generator = SplitMix64(seed: seed)
    // Predictions that reach the features would need prompts that the golden file does not hold, so they stay with the golden ones.
    let models = try analysis.folder.models()
    let lists = try models.map { try GoldenErrors.predictions("imagenet-a", $0) }
    let mixed = samples.files.indices.map { row in
      Bool.random(using: &generator)
        ? samples.targets[row] : lists[Int.random(in: 0..<lists.count, using: &generator)][row]
    }
    let outcomes = try analysis.outcomes(of: [mixed])[0]
    #expect(outcomes.count == samples.count)
    let correct = zip(mixed, samples.targets).count { $0 == $1 }
    #expect(outcomes.count { $0.type == .correct } == correct)
    let mistakes = ErrorType.mistakes.map { type in outcomes.count { $0.type == type } }
    #expect(mistakes.reduce(0, +) == samples.count - correct)
    #expect(outcomes.allSatisfy { $0.remark == .none && !$0.isUndecided })
  }

  @Test func `without features the undecided mistakes are marked and the others are the same`()
    throws
  {
    let full = try GoldenErrors.knowledge("imagenet")
    var inputs = GoldenErrors.inputs("imagenet")
    inputs.usesOutOfVocabulary = false
    let reduced = try ErrorKnowledge(opening: inputs)
    #expect(reduced.marks == ["oov=skipped"])
    #expect(!reduced.manifest.differences(from: full.manifest).isEmpty)
    let folder = ErrorTableFolder(inputs)
    let predictions = try folder.models().map { try GoldenErrors.predictions("imagenet", $0) }
    let complete = try ErrorAnalysis(full, folder: folder).outcomes(of: predictions)
    let marked = try ErrorAnalysis(reduced, folder: folder).outcomes(of: predictions)
    let late: Set<ErrorType> = [.commonCoOccurrences, .nonPrototypical, .notClassified]
    for (a, b) in zip(complete.joined(), marked.joined()) {
      if a.type == .outOfVocabulary {
        #expect(b.isUndecided && late.contains(b.type))
      } else {
        #expect(a.type == b.type && a.remark == b.remark)
        #expect(b.isUndecided == late.contains(a.type))
      }
    }
  }

  @Test func `a converted table stands for predictions, and a pickle says how to convert it`()
    throws
  {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    let knowledge = try ErrorKnowledge(opening: inputs("imagenet-a"))
    let folder = ErrorTableFolder(inputs("imagenet-a"))
    let analysis = ErrorAnalysis(knowledge, folder: folder)
    let name = try folder.models()[0]
    let expected = try analysis.run(analysis.models(named: [name])) { _, _, _ in }.tables
    let place = folder.url.appendingPathComponent(name)
    let lines = zip(knowledge.samples.files, expected[0].predictions).map { file, top1 in
      #"{"img_rel_path":"\#(file)","top1":\#(top1),"error_types":["correct"]}"#
    }
    try FileManager.default.removeItem(at: place.appendingPathComponent("preds.npz"))
    try FileManager.default.removeItem(at: folder.table(of: name))
    try Data([0x80, 5]).write(to: place.appendingPathComponent(PublishedErrorTable.pickleName))
    #expect(try analysis.models().contains { $0.folder == name })
    let refused = try analysis.run(analysis.models(named: [name])) { _, _, _ in }.refused
    let advice = (refused[0].error as? any LocalizedError)?.recoverySuggestion
    #expect(advice?.contains("read_pickle") == true)
    let table = place.appendingPathComponent(PublishedErrorTable.fileName)
    try Data(lines.joined(separator: "\n").utf8).write(to: table)
    // The kinds are decided anew.
    let result = try analysis.run(analysis.models(named: [name])) { _, _, _ in }
    #expect(result.tables == expected && result.reusedCount == 0)
    try Data(lines.dropLast().joined(separator: "\n").utf8).write(to: table)
    #expect(try analysis.run(analysis.models(named: [name])) { _, _, _ in }.refused.count == 1)
  }

  @Test func `a model that can't be used is named, and the others are analyzed`() throws {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    let knowledge = try ErrorKnowledge(opening: inputs("imagenet-a"))
    let folder = ErrorTableFolder(inputs("imagenet-a"))
    let analysis = ErrorAnalysis(knowledge, folder: folder)
    let names = try folder.models()
    func preds(_ name: String) -> URL {
      folder.url.appendingPathComponent(name).appendingPathComponent("preds.npz")
    }
    let long = (0..<101).map { _ in Int64(1) }
    try NPZWriter.write([OutgoingArray("top1", long, element: .int64)], to: preds(names[0]))
    let wrong = (0..<100).map { Int64($0 == 7 ? 1000 : 0) }
    try NPZWriter.write([OutgoingArray("top1", wrong, element: .int64)], to: preds(names[1]))
    let data = try Data(contentsOf: preds(names[2]))
    try data.prefix(data.count / 2).write(to: preds(names[2]))
    try NPZWriter.write(
      [OutgoingArray("top1", [Double](repeating: 0.5, count: 100))], to: preds(names[3]))
    try FileManager.default.removeItem(at: preds(names[4]))
    let result = try analysis.run(analysis.models(named: names)) { _, _, _ in }
    #expect(result.refused.map(\.model) == Array(names.prefix(5)))
    #expect(result.tables.map(\.model.folder) == Array(names.dropFirst(5)))
    let texts = result.refused.map { ($0.error as? any LocalizedError)?.errorDescription ?? "" }
    #expect(texts.allSatisfy { $0.contains("imagenet-a") })
    #expect(texts[1].contains("1000") && texts[1].contains("7"))
    // A folder without predictions is no model unless it is called one.
    #expect(try analysis.models().count == names.count - 1)
    #expect(
      throws: ErrorAnalysisError.unknown(kind: "model", name: "timm--resnet_tiny_0", known: names)
    ) { try analysis.models(named: ["timm/resnet_tiny_0"]) }
  }

  @Test func `a damaged table is refused when it is read and made again when it is analyzed`()
    throws
  {
    let (temporary, inputs) = try GoldenErrors.copy()
    _ = temporary
    let knowledge = try ErrorKnowledge(opening: inputs("imagenet-a"))
    let folder = ErrorTableFolder(inputs("imagenet-a"))
    #expect(throws: ErrorAnalysisError.notAnalyzed(folder: folder.url.relativePath)) {
      try folder.tables(knowledge)
    }
    let analysis = ErrorAnalysis(knowledge, folder: folder)
    let first = try analysis.run(analysis.models()) { _, _, _ in }
    let file = folder.table(of: first.tables[0].model.folder)
    var data = try Data(contentsOf: file)
    data[data.count - 1] = 0x0f
    try data.write(to: file)
    #expect(try folder.tables(knowledge).refused.count == 1)
    try data.prefix(100).write(to: file)
    #expect(try folder.tables(knowledge).refused.count == 1)
    let second = try analysis.run(analysis.models()) { _, _, _ in }
    #expect(second.reusedCount == 11 && second.tables == first.tables)
    #expect(try folder.tables(knowledge).refused.isEmpty)
  }
}
