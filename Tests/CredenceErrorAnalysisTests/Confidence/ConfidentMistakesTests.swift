import CredenceErrorAnalysis
import CredenceFiles
import CredenceMetrics
import CredencePredictions
import FileSupport
import Foundation
import GoldenSupport
import Testing

@Suite struct ConfidentMistakesTests {
  private func samples(_ count: Int, problematic: Set<Int> = []) -> AnnotatedSamples {
    AnnotatedSamples(
      dataset: "own", files: (0..<count).map { "c/\($0).png" }, positions: Array(0..<count),
      predictionCount: count, targets: Array(repeating: 0, count: count),
      labels: LabelLists(Array(repeating: [0], count: count)),
      isProblematic: (0..<count).map { problematic.contains($0) },
      isNonPrototypical: Array(repeating: false, count: count), isImageNetM: nil)
  }

  private func table(_ types: [ErrorType], _ predictions: [Int32]? = nil) -> ErrorTable {
    ErrorTable(
      model: ModelRecord(
        folder: "m", modelID: "m", architectureFamily: "", architecture: "", trainingData: "",
        source: "", parameterCount: 0),
      predictions: predictions ?? types.map { $0 == .correct ? 0 : 1 },
      outcomes: types.map { ErrorOutcome($0) })
  }

  @Test func `what is accepted is counted by kind`() throws {
    let types: [ErrorType] = [
      .correct, .correct, .sameSuperclass, .correct, .correct, .notClassified, .correctMultiLabel,
      .notClassified,
    ]
    let confidences = RowConfidences(confidences: [0.9, 0.8, 0.7, 0.7, 0.6, 0.5, 0.4, 0.3])
    var settings = ConfidentMistakes.Settings()
    settings.accuracies = [0.8, 1]
    let found = try ConfidentMistakes(
      table(types), confidences: confidences, samples: samples(8), settings: settings)
    #expect(found.accuracy == 0.5)
    let level = found.levels[0]
    #expect(level.coverage == 0.625)
    #expect(level.threshold == 0.6)
    #expect(level.acceptedSamples == 5)
    #expect(level.acceptedMistakes == 1)
    #expect(level.dominant == .sameSuperclass)
    #expect(level.shares.map(\.type) == ErrorType.mistakes)
    #expect(found.levels[1].acceptedSamples == 2)
    #expect(found.levels[1].dominant == nil)
    #expect(found.mistakes.map(\.file) == ["c/6.png", "c/2.png", "c/5.png", "c/7.png"])

    settings.reading = .multiLabel
    let lenient = try ConfidentMistakes(
      table(types), confidences: confidences, samples: samples(8), settings: settings)
    #expect(lenient.accuracy == 0.625)
    #expect(lenient.curves.map(\.type) == [.sameSuperclass, .notClassified])
  }

  @Test(arguments: 0..<20)
  func `the areas of all kinds add up, and levels are those of SAC`(seed: UInt64) throws {
    var generator = Congruential(state: seed + 7)
    let count = 300
    let types = (0..<count).map { _ in
      generator.next(3) > 0 ? ErrorType.correct : ErrorType.mistakes[generator.next(7)]
    }
    // Few levels, so that there are ties.
    let confidences = (0..<count).map { _ in Double(generator.next(40)) / 40 }
    let problematic = Set((0..<count).filter { _ in generator.next(10) == 0 })
    let found = try ConfidentMistakes(
      table(types), confidences: RowConfidences(confidences: confidences),
      samples: samples(count, problematic: problematic))
    let rows = (0..<count).filter { !problematic.contains($0) }
    #expect(found.sampleCount == rows.count)
    #expect(abs(found.curves.reduce(0) { $0 + $1.aurc } - found.aurc) < 1e-12)
    #expect(found.curves.reduce(0) { $0 + $1.count } == rows.count { types[$0] != .correct })
    let outcomes = try ScoredOutcomes(
      confidences: rows.map { confidences[$0] }, isCorrect: rows.map { types[$0] == .correct })
    for level in found.levels {
      #expect(try level.coverage == SAC(accuracy: level.accuracy).value(for: outcomes))
      let accepted = rows.filter { confidences[$0] >= (level.threshold ?? 2) }
      #expect(level.acceptedSamples == accepted.count)
      for share in level.shares {
        #expect(share.accepted == accepted.count { types[$0] == share.type })
      }
      if !accepted.isEmpty {
        #expect(
          Double(accepted.count - level.acceptedMistakes)
            >= level.accuracy * Double(accepted.count) - 1e-9)
      }
    }
  }

  @Test func `probabilities are found by the names of the samples`() throws {
    let set = try PredictionSet(
      .probabilities(Matrix(rows: [[0.3, 0.7], [0.9, 0.1], [0.6, 0.4]])),
      sampleIDs: SampleIDs(["2.png", "x.png", "c/0.png"]))
    let two = AnnotatedSamples(
      dataset: "own", files: ["c/0.png", "c/2.png"], positions: [0, 2], predictionCount: 5,
      targets: [0, 0], labels: LabelLists([[0], [0]]), isProblematic: [false, false],
      isNonPrototypical: [false, false], isImageNetM: nil)
    let table = table([.correct, .notClassified], [0, 1])
    let confidences = try RowConfidences(of: set, file: "f", table: table, samples: two)
    #expect(zip(confidences.confidences, [0.6, 0.7]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(
      throws: MistakeStatisticsError.otherPrediction(
        file: "f", sample: "c/2.png", found: 1, expected: 0)
    ) {
      try RowConfidences(
        of: set, file: "f", table: self.table([.correct, .correct], [0, 0]), samples: two)
    }
    #expect(throws: MistakeStatisticsError.missingSample(file: "f", sample: "c/1.png")) {
      try RowConfidences(
        of: set, file: "f", table: self.table([.correct, .correct, .correct]), samples: samples(3))
    }
    let unnamed = try PredictionSet(.probabilities(Matrix(rows: [[0.3, 0.7]])))
    #expect(throws: MistakeStatisticsError.rowCount(model: "f", expected: 5, found: 1)) {
      try RowConfidences(of: unnamed, file: "f", table: table, samples: two)
    }
  }

  @Test func `the probabilities of a published archive are read`() throws {
    let golden = try GoldenAnalysis("imagenet")
    let table = try #require(golden.tables.first { $0.model.folder == "timm--resnet_tiny_00" })
    let file = GoldenAnalysis.set.url("artefacts/imagenet/timm--resnet_tiny_00/preds.npz")
    let set = try PredictionReader.read(PredictionSource(file)).set
    let confidences = try RowConfidences(
      of: set, file: "preds.npz", table: table, samples: golden.samples)
    let probabilities = try #require(NPZ(contentsOf: file).array("probs")?.doubles())
    for (row, position) in golden.samples.positions.enumerated() {
      let largest = probabilities[position * 1000..<(position + 1) * 1000].max() ?? 0
      #expect(abs(confidences.confidences[row] - largest) < 1e-5)
    }
    let found = try ConfidentMistakes(
      table, confidences: confidences, samples: golden.samples)
    #expect(found.sampleCount == golden.samples.isProblematic.count { !$0 })
    #expect(found.curves.count > 3)
  }

  @Test func `an archive that is cut short is refused`() throws {
    let folder = try TemporaryFolder()
    let data = try GoldenAnalysis.set.data("artefacts/imagenet/timm--resnet_tiny_00/preds.npz")
    let file = try folder.file("preds.npz", data.prefix(data.count / 2))
    #expect(throws: FileError.self) { try PredictionReader.read(PredictionSource(file)) }
    let golden = try GoldenAnalysis("imagenet")
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = folder.url.path
    let model = folder.url.appendingPathComponent("imagenet/timm--resnet_tiny_00")
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    try data.prefix(data.count / 2).write(to: model.appendingPathComponent("preds.npz"))
    let table = try #require(golden.tables.first { $0.model.folder == "timm--resnet_tiny_00" })
    #expect(throws: FileError.self) {
      try ConfidentMistakes(table, in: ErrorTableFolder(inputs), samples: golden.samples)
    }
  }

  @Test func `nothing but problematic images is no sample`() throws {
    #expect(throws: MetricError.noSamples) {
      try ConfidentMistakes(
        table([.correct]), confidences: RowConfidences(confidences: [1]),
        samples: samples(1, problematic: [0]))
    }
  }
}
