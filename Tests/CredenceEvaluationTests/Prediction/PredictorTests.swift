import CredenceData
import CredenceEvaluation
import CredenceFiles
import CredenceModels
import CredenceNN
import CredencePredictions
import CredenceTensor
import FileSupport
import Foundation
import Testing

@Suite struct PredictorTests {
  @Test func `stores what the network gives, in the images' order`() throws {
    let run = try TinyRun()
    let images = FormulaImages()
    let result = try run.predict(images)
    #expect(result.file.lastPathComponent == "lenet__formula__val.safetensors")
    #expect(result.sampleCount == 11 && result.skippedCount == 0 && !result.isReused)
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.output().path).count == 1)
    let set = try predictions(result.file)
    let expected = try run.model.network(images.tensor(Array(0..<11)), .evaluation)
    let logits = try #require(set.scoreMatrix)
    #expect(logits.rowCount == 11 && logits.columnCount == 10)
    #expect(try agree(logits.allValues, expected.logits.values(), within: 1e-5))
    let embeddings = try #require(set.embeddings)
    #expect(try agree(embeddings.allValues, expected.embeddings.values(), within: 1e-5))
    #expect((0..<11).map { set.sampleIDs?[$0] } == (0..<11).map { images.id(at: $0) })
    #expect(set.labels == (0..<11).map { Int32(images.label(at: $0) ?? -1) })
  }

  @Test func `the stored last layer turns embeddings into logits`() throws {
    let set = try predictions(TinyRun().predict().file)
    let head = try #require(set.head)
    let (logits, embeddings) = (try #require(set.scoreMatrix), try #require(set.embeddings))
    #expect(head.weight.rowCount == 10 && head.weight.columnCount == 84)
    for row in 0..<logits.rowCount {
      let features = embeddings.row(row)
      let computed = head.bias.indices.map { index in
        zip(head.weight.row(index), features).reduce(head.bias[index]) { $0 + $1.0 * $1.1 }
      }
      #expect(agree(computed, logits.row(row), within: 1e-5))
    }
  }

  @Test func `metadata say what was run`() throws {
    let run = try TinyRun()
    let metadata = try predictions(run.predict().file).metadata
    #expect(metadata.model == "lenet" && metadata.dataset == "formula" && metadata.split == "val")
    #expect(metadata.producer == "credence" && metadata.classNames.isEmpty)
    var hash = SHA256()
    hash.update(try Data(contentsOf: run.weights))
    #expect(metadata.weightsSHA256 == hash.hexadecimal())
    let preprocessing = try JSONDecoder().decode(
      Preprocessing.self, from: Data(metadata.preprocessing.utf8))
    #expect(preprocessing == TinyRun.preprocessing)
    let description = try JSONDecoder().decode(
      RunDescription.self, from: Data((metadata.other["credence.run"] ?? "").utf8))
    #expect(description.samples == 0..<11 && description.keepsEmbeddings)
    #expect(metadata.other["credence.skipped"] == nil)
  }

  @Test func `names of all classes are kept, names of some are not`() throws {
    let run = try TinyRun()
    var images = FormulaImages()
    images.classNames = (0..<10).map { "class \($0)" }
    #expect(
      try predictions(run.predict(images).file).metadata.classNames == images.classNames)
    images.classNames.removeLast()
    #expect(
      try predictions(run.predict(images, to: "other").file).metadata.classNames.isEmpty)
  }

  @Test func `without embeddings neither they nor the last layer are stored`() throws {
    let set = try predictions(
      TinyRun().predict(FormulaImages(), TinyRun.settings { $0.keepsEmbeddings = false }).file)
    #expect(set.embeddings.map(\.rowCount) == nil)
    #expect(set.head.map(\.bias.count) == nil)
  }

  @Test(arguments: [(1, 1), (3, 2), (64, 2)])
  func `batch size and threads change nothing but the last digits`(batch: Int, workers: Int) throws
  {
    let run = try TinyRun()
    let expected = try predictions(run.predict().file)
    let found = try predictions(
      run.predict(
        FormulaImages(),
        TinyRun.settings {
          $0.loading.batchSize = batch
          $0.loading.workerCount = workers
        }, to: "other"
      ).file)
    #expect(
      try agree(
        #require(found.scoreMatrix).allValues, #require(expected.scoreMatrix).allValues,
        within: 1e-5))
  }

  @Test func `bfloat16 stores float32 logits close to those of float32`() throws {
    let run = try TinyRun()
    let images = FormulaImages()
    let result = try Predictor(TinyRun.settings()).run(
      run.prepared(TinyRun.preprocessing, InferenceSettings(elementType: .bfloat16)), over: images,
      named: "formula", to: run.output())
    let logits = try #require(try predictions(result.file).scoreMatrix)
    #expect(logits.scalarType == .float32)
    let expected = try run.model.network(images.tensor(Array(0..<11)), .evaluation).logits
    #expect(try agree(logits.allValues, expected.values(), within: 0.05))
  }

  // MARK: - The same run again

  @Test func `the same run is not done again`() throws {
    let run = try TinyRun()
    let first = try run.predict()
    let content = try Data(contentsOf: first.file)
    var images = FormulaImages()
    images.reading = { _ in Issue.record("an image was read again") }
    let second = try run.predict(images)
    #expect(second.isReused && second.sampleCount == 11 && second.resumedCount == 11)
    #expect(try Data(contentsOf: first.file) == content)
  }

  /// What differs between two runs whose files have one name.
  enum Change: CaseIterable {
    case preprocessing, weights, precision, samples, embeddings

    var words: String {
      switch self {
      case .preprocessing: "the preprocessing"
      case .weights: "the weights"
      case .precision: "the precision"
      case .samples: "the samples"
      case .embeddings: "whether embeddings are kept"
      }
    }
  }

  @Test(arguments: Change.allCases)
  func `the file of another run is kept, or replaced if the user says so`(_ change: Change) throws {
    let run = try TinyRun()
    let file = try run.predict().file
    let content = try Data(contentsOf: file)
    let other = change == .weights ? try TinyRun(seed: 8) : run
    var preprocessing = TinyRun.preprocessing
    if change == .preprocessing { preprocessing.std = [0.5] }
    let model = try other.prepared(
      preprocessing,
      InferenceSettings(elementType: change == .precision ? .bfloat16 : .float32))
    let images = FormulaImages(count: change == .samples ? 10 : 11)
    var settings = TinyRun.settings { $0.keepsEmbeddings = change != .embeddings }
    func again() throws -> PredictionResult {
      try Predictor(settings).run(
        model, over: images, named: "formula", split: "val", to: run.output())
    }
    #expect(
      throws: PredictionRunError.otherRun(path: file.relativePath, differences: [change.words])
    ) { try again() }
    #expect(try Data(contentsOf: file) == content)
    settings.overwrites = true
    let result = try again()
    #expect(!result.isReused && result.file == file)
    #expect(try Data(contentsOf: file) != content)
  }

  @Test func `a file of another program is not written over`() throws {
    let run = try TinyRun()
    try FileManager.default.createDirectory(
      at: run.output(), withIntermediateDirectories: true)
    let file = run.output().appending(path: "lenet__formula__val.safetensors")
    try Data("mine".utf8).write(to: file)
    #expect(
      throws: PredictionRunError.otherRun(path: file.relativePath, differences: ["its origin"])
    ) { try run.predict() }
    #expect(try Data(contentsOf: file) == Data("mine".utf8))
  }

  // MARK: - What can't be run

  @Test func `labels beyond the network's classes are refused`() throws {
    let images = FormulaImages(greatestLabel: 10)
    #expect(
      throws: PredictionRunError.classMismatch(
        model: "lenet", classes: 10, dataset: "formula", datasetClasses: 11)
    ) { try TinyRun().predict(images) }
  }

  @Test func `classes numbered by their names must be as many as the network's`() throws {
    var images = FormulaImages(greatestLabel: 2)
    images.classNames = ["a", "b", "c"]
    images.numbersClassesByName = true
    #expect(
      throws: PredictionRunError.classMismatch(
        model: "lenet", classes: 10, dataset: "formula", datasetClasses: 3)
    ) { try TinyRun().predict(images) }
    images.numbersClassesByName = false
    #expect(try TinyRun().predict(images).sampleCount == 11)
  }

  @Test func `nothing to run is an error`() throws {
    #expect(throws: PredictionRunError.noSamples(dataset: "formula")) {
      try TinyRun().predict(FormulaImages(count: 0))
    }
  }

  @Test func `logits that are not finite are refused, with the first image's name`() throws {
    let run = try TinyRun(scale: 1e30)
    #expect(
      throws: PredictionRunError.notFinite(model: "lenet", sample: "images/0.png")
    ) { try run.predict() }
    let files = try FileManager.default.contentsOfDirectory(atPath: run.output().path)
    #expect(files == ["lenet__formula__val.safetensors.partial"])
  }

  // MARK: - Images that can't be read

  @Test func `an image that can't be read ends the run and is named`() throws {
    let error = #expect(throws: DatasetError.self) {
      try TinyRun().predict(FormulaImages(damaged: [6]))
    }
    guard case .unreadableImage(let image, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(image == "formula/images/6.png")
  }

  /// Damaged images at the start, in the middle and at the end of batches of four, a whole batch, and at the very end.
  @Test(arguments: [
    [0], [1, 2], [3], [3, 4], [4, 5, 6, 7], [2, 3, 4, 5, 6, 7], [7, 8], [10], [8, 9, 10],
    [0, 3, 7, 10],
  ])
  func `images that can't be read are left out, counted and named`(_ damaged: [Int]) throws {
    let run = try TinyRun()
    let images = FormulaImages(damaged: Set(damaged))
    let settings = TinyRun.settings { $0.loading.unreadableImages = .skip }
    var notices: [String] = []
    var predictor = Predictor(settings)
    predictor.notice = { notices.append($0) }
    let result = try predictor.run(
      run.prepared(), over: images, named: "formula", split: "val", to: run.output())
    let kept = (0..<11).filter { !damaged.contains($0) }
    #expect(result.sampleCount == kept.count && result.skippedCount == damaged.count)
    #expect(notices.count == damaged.count)
    let set = try predictions(result.file)
    #expect((0..<kept.count).map { set.sampleIDs?[$0] } == kept.map { images.id(at: $0) })
    #expect(set.metadata.other["credence.skipped"] == "\(damaged.count)")
    let expected = try run.model.network(images.tensor(kept), .evaluation).logits
    #expect(
      try agree(#require(set.scoreMatrix).allValues, expected.values(), within: 1e-5))
    let again = try predictor.run(
      run.prepared(), over: images, named: "formula", split: "val", to: run.output())
    #expect(again.isReused && again.skippedCount == damaged.count)
  }

  @Test func `a data set without a readable image is an error`() throws {
    #expect(throws: PredictionRunError.noSamples(dataset: "formula")) {
      try TinyRun().predict(
        FormulaImages(damaged: Set(0..<11)),
        TinyRun.settings { $0.loading.unreadableImages = .skip })
    }
  }

  // MARK: - Memory

  @Test func `batches are halved where memory does not suffice`() throws {
    let folder = try TemporaryFolder()
    let program = try ExportedProgram(
      contentsOf: fixture("programs/two-images-at-most.pt"), kind: .torchScript, device: .cpu)
    let model = try PredictionModel(
      program, name: "hungry", preprocessing: TinyRun.preprocessing, settings: InferenceSettings())
    let images = FormulaImages(greatestLabel: 2)
    var notices: [String] = []
    var predictor = Predictor(
      TinyRun.settings {
        $0.loading.batchSize = 8
        $0.keepsEmbeddings = false
      })
    predictor.notice = { notices.append($0) }
    let result = try predictor.run(model, over: images, named: "formula", to: folder.url)
    #expect(
      notices == [
        "Memory did not suffice; going on with batches of 4.",
        "Memory did not suffice; going on with batches of 2.",
      ])
    let means = try images.tensor(Array(0..<11)).mean(over: [1, 2, 3]).values(as: Double.self)
    #expect(
      try agree(
        #require(predictions(result.file).scoreMatrix).allValues,
        means.flatMap { [$0, -$0, 2 * $0] }, within: 1e-5))
  }

  @Test func `memory that does not suffice for one image is an error`() throws {
    let folder = try TemporaryFolder()
    let program = try ExportedProgram(
      contentsOf: fixture("programs/two-images-exactly.pt"), kind: .torchScript, device: .cpu)
    let model = try PredictionModel(
      program, name: "hungry", preprocessing: TinyRun.preprocessing, settings: InferenceSettings())
    let error = #expect(throws: PredictionRunError.self) {
      try Predictor(TinyRun.settings { $0.keepsEmbeddings = false }).run(
        model, over: FormulaImages(count: 5, greatestLabel: 2), named: "formula", to: folder.url)
    }
    guard case .outOfMemory? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }
}
