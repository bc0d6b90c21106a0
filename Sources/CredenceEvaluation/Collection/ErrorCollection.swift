import CredenceData
import CredenceErrorAnalysis
import CredenceFiles
import CredenceNN
import CredencePredictions
public import Foundation

/// Collects the predictions of many models on one data set into an artefacts tree; a model that fails is noted and the others go on.
///
/// Models are made one after another. Each leaves `preds.npz`, `metadata.json` and `collection.json` in a folder of its own; the first one
/// leaves `samples_info.npz` beside them, and the samples of later ones must be the same. A run that was killed goes on where it stopped.
public struct ErrorCollection {
  /// What the user learns on the way.
  public struct Reporter {
    /// Something begins.
    public var stage: (String) -> Void = { _ in }
    /// A batch is done.
    public var progress: (String, PredictionProgress) -> Void = { _, _ in }
    public var notice: (String) -> Void = { _ in }
    /// A model, or several of one kind, that can't be run; the name is empty for several.
    public var failure: (String, any Error) -> Void = { _, _ in }
    public var outcome: (CollectedModel) -> Void = { _ in }

    public init() {}
  }

  public var resolver: ModelResolver
  public var settings: CollectionSettings
  public var reporter = Reporter()

  public init(_ resolver: ModelResolver, _ settings: CollectionSettings) {
    self.resolver = resolver
    self.settings = settings
  }

  /// The file beside predictions that says what they depend on.
  static let runFile = "collection.json"

  /// Collects predictions.
  ///
  /// - Parameters:
  ///   - items: The models.
  ///   - dataset: The images.
  ///   - artefacts: The tree; the data set's folder is made in it.
  /// - Returns: The models whose predictions are there, and how many others there are.
  /// - Throws: `ArtifactError.otherSamples` before anything runs, where the tree has other images; `FileError`.
  public func run(
    _ items: [CollectionItem], over dataset: CollectionDataset, to artefacts: URL
  ) throws -> (collected: [CollectedModel], failureCount: Int) {
    let folder = artefacts.appending(path: dataset.name)
    try Self.makeFolder(folder)
    try checkSamples(dataset, folder)
    var collected: [CollectedModel] = []
    var absent: [CollectionItem] = []
    var failureCount = 0
    for item in items {
      let target = folder.appending(path: item.record.folder)
      do {
        if let found = try reuse(item, dataset, target) {
          collected.append(found)
          reporter.outcome(found)
        } else if item.source == nil {
          absent.append(item)
        } else {
          let made = try make(item, dataset, target)
          collected.append(made)
          reporter.outcome(made)
        }
      } catch {
        failureCount += 1
        reporter.failure(item.record.modelID, error)
      }
    }
    reportAbsent(absent)
    return (collected, failureCount + absent.count)
  }

  // MARK: - Samples

  /// Compares the images with those of the tree.
  private func checkSamples(_ dataset: CollectionDataset, _ folder: URL) throws {
    let file = folder.appending(path: SampleList.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    try SampleList(contentsOf: file, classCount: dataset.classCount)
      .check(files: dataset.samples.files, targets: dataset.samples.targets)
  }

  /// Leaves the list of samples, if this model is the first.
  private func writeSamples(_ dataset: CollectionDataset, _ folder: URL) throws {
    let file = folder.appending(path: SampleList.fileName)
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    let samples = dataset.samples
    try NPZWriter.write(
      [
        OutgoingArray("sample_files", texts: samples.files),
        OutgoingArray("targets", samples.targets.map(Int64.init), element: .int64),
      ], to: file, compressor: compressor)
  }

  private var compressor: ZIPCompressor? {
    settings.isCompressed ? { try DeflateCompression.compress($0) } : nil
  }

  private static func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: folder.relativePath, reason: error.localizedDescription)
    }
  }

  // MARK: - Predictions that are there

  /// Takes predictions that an earlier run left, and renews what their description says of the model; `nil` where there are none.
  private func reuse(
    _ item: CollectionItem, _ dataset: CollectionDataset, _ folder: URL
  ) throws -> CollectedModel? {
    guard !settings.overwrites,
      FileManager.default.fileExists(
        atPath: folder.appending(path: ModelPredictions.fileName).path)
    else { return nil }
    if item.isNamedFile { try checkRun(item, folder) }
    let found = try ModelPredictions(contentsOf: folder, samples: dataset.samples)
    // A run that was killed may have left both files, but not the list.
    try writeSamples(dataset, folder.deletingLastPathComponent())
    var record = found.record
    record.refresh(from: item.record)
    if record.accuracies.isEmpty {
      let correct = zip(found.top1, dataset.samples.targets).count { $0 == $1 }
      record.accuracies = [Self.accuracy("top1_val_acc", correct, of: found.top1.count)]
    }
    try record.write(toFolder: folder)
    try? FileManager.default.removeItem(at: folder.appending(path: Self.workFolder))
    return CollectedModel(
      modelID: record.modelID, folder: folder.relativePath,
      accuracy: record.accuracies.first.map { $0.percent / 100 }, sampleCount: found.top1.count,
      seconds: record.seconds, isReused: true, resumedCount: 0)
  }

  /// Compares a file of weights with the one that the predictions were made with.
  private func checkRun(_ item: CollectionItem, _ folder: URL) throws {
    let file = folder.appending(path: Self.runFile)
    guard let data = try? Data(contentsOf: file),
      let earlier = try? JSONDecoder().decode(RunDescription.self, from: data)
    else { return }
    let (resolver, located) = try locate(item)
    var run = earlier
    run.weightsSHA256 = try WeightFingerprint([located.file]).hexadecimal()
    run.preprocessing = located.preprocessing
    run.elementType = resolver.inference.elementType
    let differences = run.differences(from: earlier)
    guard differences.isEmpty else {
      throw CollectionError.otherWeights(
        file: folder.appending(path: ModelPredictions.fileName).relativePath,
        differences: differences)
    }
  }

  // MARK: - New predictions

  /// Where a run keeps what is not complete.
  private static let workFolder = ".collection"

  private func locate(_ item: CollectionItem) throws -> (ModelResolver, ModelResolver.Located) {
    guard let (reference, overrides) = item.source else {
      throw CollectionError.needsWeights(models: [item.record.modelID])
    }
    var resolver = resolver
    resolver.overrides = overrides.over(resolver.overrides)
    let located = try waiting { [resolver] in try await resolver.locate(reference) }
    return (resolver, located)
  }

  private func make(
    _ item: CollectionItem, _ dataset: CollectionDataset, _ folder: URL
  ) throws -> CollectedModel {
    let name = item.record.modelID
    reporter.stage("\(name): preparing")
    let (resolver, located) = try locate(item)
    located.notices.forEach(reporter.notice)
    let model = try resolver.prepare(located)
    guard model.classCount == dataset.classCount else {
      throw CollectionError.classCount(
        model: name, found: model.classCount, expected: dataset.classCount,
        dataset: dataset.name)
    }
    let work = folder.appending(path: Self.workFolder)
    try Self.makeFolder(work)
    var time = ElapsedTime(work.appending(path: "seconds"))
    var seconds = 0.0
    var prediction = PredictionSettings()
    prediction.loading = settings.loading
    prediction.loading.unreadableImages = .fail
    prediction.loading.shard = .whole
    prediction.overwrites = settings.overwrites
    var predictor = Predictor(prediction)
    predictor.notice = reporter.notice
    let title = "\(name) on \(dataset.name)"
    reporter.stage(title)
    predictor.progress = { [reporter] state in
      seconds = state.seconds
      time.note(seconds)
      reporter.progress(title, state)
    }
    let result = try predictor.run(model, over: dataset.images, named: dataset.name, to: work)
    reporter.stage("\(name): writing")
    var record = item.record
    record.batchSize = settings.loading.batchSize
    record.parameterCount = model.parameterCount ?? record.parameterCount
    record.seconds = time.total(seconds)
    if record.architecture.isEmpty { record.architecture = located.architecture }
    if record.architectureFamily.isEmpty {
      reporter.notice(
        "‘\(name)’ does not say what kind of network it is (arch_family), by which figures tell models apart; --arch-family or --metadata says it."
      )
    }
    try write(result.file, dataset, &record, folder)
    try? FileManager.default.removeItem(at: work)
    return CollectedModel(
      modelID: name, folder: folder.relativePath,
      accuracy: record.accuracies.first.map { $0.percent / 100 },
      sampleCount: result.sampleCount, seconds: record.seconds, isReused: false,
      resumedCount: result.isReused ? result.sampleCount : result.resumedCount)
  }

  /// Writes the published files of a model; its predictions come last, so that whoever sees them sees the rest.
  private func write(
    _ predictions: URL, _ dataset: CollectionDataset, _ record: inout ModelRecord, _ folder: URL
  ) throws {
    let set = try PredictionReader.read(PredictionSource(predictions)).set
    guard let logits = set.scoreMatrix, logits.rowCount == dataset.samples.count else {
      throw ArtifactError.sampleCount(
        file: predictions.relativePath, found: set.sampleCount, expected: dataset.samples.count)
    }
    let top = TopClasses(
      logits, targets: dataset.samples.targets, classes: dataset.presentClasses)
    let count = dataset.samples.count
    record.accuracies = [Self.accuracy("top1_val_acc", top.correctCount, of: count)]
    if dataset.isSubset {
      record.accuracies.append(
        Self.accuracy(
          "top1_val_acc_subset_\(dataset.presentClasses.count)", top.subsetCorrectCount, of: count))
    }
    try writeSamples(dataset, folder.deletingLastPathComponent())
    if let text = set.metadata.other[Predictor.runKey] {
      let file = try AtomicFile(folder.appending(path: Self.runFile))
      try file.write(Data((text + "\n").utf8))
      try file.finish()
    }
    try record.write(toFolder: folder)
    var arrays = [
      OutgoingArray("top1", top.top1.map(Int64.init), element: .int64),
      OutgoingArray(
        "top5", top.top.map(Int64.init), element: .int64, shape: [count, top.count]),
    ]
    if let probabilities = settings.probabilities.array(logits) { arrays.append(probabilities) }
    try NPZWriter.write(
      arrays, to: folder.appending(path: ModelPredictions.fileName), compressor: compressor)
  }

  private static func accuracy(_ key: String, _ correct: Int, of count: Int) -> ModelRecord.Accuracy
  {
    ModelRecord.Accuracy(key: key, percent: 100 * Double(correct) / Double(max(1, count)))
  }

  // MARK: - Models that can't be run

  /// Names models that lack a network or weights, those of one kind together.
  private func reportAbsent(_ items: [CollectionItem]) {
    var kinds: [String] = []
    var models: [String: [String]] = [:]
    var withoutWeights: [String] = []
    for item in items {
      if case .needsWeights = item.availability {
        withoutWeights.append(item.record.modelID)
        continue
      }
      let kind = item.record.architecture
      if models[kind] == nil { kinds.append(kind) }
      models[kind, default: []].append(item.record.modelID)
    }
    for kind in kinds {
      reporter.failure(
        "", CollectionError.unknownArchitecture(name: kind, models: models[kind] ?? []))
    }
    if !withoutWeights.isEmpty {
      reporter.failure("", CollectionError.needsWeights(models: withoutWeights))
    }
  }
}
