public import CredenceData
import CredenceFiles
import CredenceNN
import CredencePredictions
import CredenceTensor
public import Foundation

/// Runs a classifier over a data set into a file of predictions.
///
/// ```swift
/// let result = try Predictor(settings).run(model, over: images, named: "imagenet", to: folder)
/// ```
///
/// A file that is there and was made by the same run is not made again. A run that was killed goes on where it stopped.
public struct Predictor {
  public var settings: PredictionSettings
  /// Told after every batch.
  public var progress: (PredictionProgress) -> Void = { _ in }
  /// Told what the user should know meanwhile, such as a smaller batch.
  public var notice: (String) -> Void = { _ in }

  public init(_ settings: PredictionSettings = PredictionSettings()) { self.settings = settings }

  /// Runs a model over a data set.
  ///
  /// - Parameters:
  ///   - model: The classifier.
  ///   - dataset: The images.
  ///   - name: What to call the data set in the file and its name.
  ///   - split: The part of the data set, such as `val`; may be empty.
  ///   - folder: Where the file goes; made where it is missing.
  /// - Returns: The file and what happened.
  /// - Throws: `PredictionRunError`, `DatasetError`, `EngineError`, `FileError`.
  public func run(
    _ model: PredictionModel, over dataset: any ImageDataset, named name: String,
    split: String = "", to folder: URL
  ) throws -> PredictionResult {
    let samples = settings.loading.shard.range(of: dataset.count)
    guard !samples.isEmpty else { throw PredictionRunError.noSamples(dataset: dataset.path) }
    try checkLabels(of: dataset, samples, model)
    let width = settings.keepsEmbeddings ? model.embeddingWidth : 0
    if settings.keepsEmbeddings, width == 0 {
      notice("‘\(model.name)’ gives no embeddings.")
    }
    var metadata = PredictionMetadata()
    metadata.model = model.name
    metadata.dataset = name
    metadata.split = split
    let file = folder.appending(path: fileName(metadata))
    try makeFolder(folder)
    let run = RunDescription(
      model: model.name, computation: model.computation,
      weightsSHA256: try model.weightsSHA256(), dataset: name, split: split,
      samplesSHA256: Self.digest(of: dataset), samples: samples, sampleCount: dataset.count,
      preprocessing: model.preprocessing, elementType: model.settings.elementType,
      keepsEmbeddings: width > 0)
    if FileManager.default.fileExists(atPath: file.path), !settings.overwrites {
      return try reuse(file, run)
    }
    let partial = try PartialPredictions(
      at: file.appendingPathExtension("partial"), run, classCount: model.classCount,
      memberCount: model.memberCount, width: width, overwrites: settings.overwrites)
    let start = ContinuousClock.now
    let resumed = partial.position
    try compute(model, dataset, partial, samples, start)
    try finish(partial, model, dataset, run, metadata, file)
    partial.remove()
    return PredictionResult(
      file: file, sampleCount: samples.count - partial.skippedCount,
      skippedCount: partial.skippedCount, resumedCount: resumed, isReused: false,
      duration: .now - start)
  }

  // MARK: - Before

  private func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(
        file: folder.relativePath, reason: error.localizedDescription)
    }
  }

  private func fileName(_ metadata: PredictionMetadata) -> String {
    let shard = settings.loading.shard
    let name = metadata.fileName()
    guard shard.count > 1 else { return name }
    let stem = name.dropLast(".safetensors".count)
    return "\(stem).shard\(shard.index)of\(shard.count).safetensors"
  }

  private func checkLabels(
    of dataset: any ImageDataset, _ samples: Range<Int>, _ model: PredictionModel
  ) throws {
    let greatest = samples.lazy.compactMap { dataset.label(at: $0) }.max() ?? -1
    let named = dataset.classNames.count
    guard greatest < model.classCount,
      !dataset.numbersClassesByName || named == model.classCount
    else {
      throw PredictionRunError.classMismatch(
        model: model.name, classes: model.classCount, dataset: dataset.path,
        datasetClasses: max(named, greatest + 1))
    }
  }

  /// A fingerprint of names, labels, and of the files' sizes and times, so that replaced images are noticed.
  private static func digest(of dataset: any ImageDataset) -> String {
    var hash = SHA256()
    hash.update(Data(state(of: dataset.path).utf8))
    for index in 0..<dataset.count {
      let id = dataset.id(at: index)
      let state = state(of: "\(dataset.path)/\(id)")
      hash.update(Data("\(id)\n\(dataset.label(at: index) ?? -1)\n\(state)".utf8))
    }
    return hash.hexadecimal()
  }

  /// The size and the time of a file's last change; nothing for a folder.
  private static func state(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return "" }
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    return "\(status.st_size) \(time.tv_sec) \(time.tv_nsec)\n"
  }

  /// The result of an earlier run, if it is the same.
  private func reuse(_ file: URL, _ run: RunDescription) throws -> PredictionResult {
    let found = try? PredictionReader.read(PredictionSource(file))
    let text = found?.set.metadata.other[Self.runKey] ?? ""
    let earlier = try? JSONDecoder().decode(RunDescription.self, from: Data(text.utf8))
    guard let found, let earlier, earlier == run else {
      throw PredictionRunError.otherRun(
        path: file.relativePath,
        differences: earlier.map { run.differences(from: $0) } ?? ["its origin"])
    }
    let count = found.set.sampleCount
    if count < run.samples.count {
      guard settings.loading.unreadableImages == .skip else {
        throw PredictionRunError.otherRun(
          path: file.relativePath,
          differences: ["the \(run.samples.count - count) images left out"])
      }
      notice("‘\(file.relativePath)’ lacks \(run.samples.count - count) images, left out before.")
    }
    try? FileManager.default.removeItem(at: file.appendingPathExtension("partial"))
    return PredictionResult(
      file: file, sampleCount: count, skippedCount: run.samples.count - count,
      resumedCount: run.samples.count, isReused: true, duration: .zero)
  }

  // MARK: - Batches

  private func compute(
    _ model: PredictionModel, _ dataset: any ImageDataset, _ partial: PartialPredictions,
    _ samples: Range<Int>, _ start: ContinuousClock.Instant
  ) throws {
    let first = samples.lowerBound + partial.position
    guard first < samples.upperBound else { return }
    var loading = settings.loading
    loading.shard = .whole
    let normalizer = BatchNormalizer(model.preprocessing, model.settings.device)
    loading.format = normalizer.format
    let loader = try Loader(
      dataset, model.preprocessing, loading, rows: first..<samples.upperBound)
    defer { loader.cancel() }
    var limit = loading.batchSize
    var next = first
    let resumed = partial.position
    while let batch = try loader.next() {
      let images = try normalizer.tensor(batch)
      let rows = try rows(model, images, &limit)
      for numbers in [rows.predictions] + rows.members { try checkFinite(numbers, model, batch) }
      for image in batch.skipped { notice("Left out: \(image.error.localizedDescription)") }
      // Whatever is passed over was left out, also at the end of the batch before.
      let kept = Set(batch.indices)
      let end = batch.indices.last.map { $0 + 1 } ?? next
      try partial.append(
        samples: (next..<end).map { kept.contains($0) ? $0 : ~$0 }, rows)
      next = end
      report(partial.position, of: samples.count, resumed, start)
    }
    for image in loader.skippedAtEnd {
      notice("Left out: \(image.error.localizedDescription)")
    }
    if next < samples.upperBound {
      try partial.append(
        samples: (next..<samples.upperBound).map { ~$0 }, .init())
    }
  }

  private func report(
    _ done: Int, of total: Int, _ resumed: Int, _ start: ContinuousClock.Instant
  ) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = seconds > 0 ? Double(done - resumed) / seconds : 0
    progress(
      PredictionProgress(
        done: done, total: total, seconds: seconds, imagesPerSecond: rate,
        secondsLeft: rate > 0 ? Double(total - done) / rate : .infinity))
  }

  /// Runs a batch, in parts of `limit` images; halves these where memory does not suffice.
  private func rows(
    _ model: PredictionModel, _ images: Tensor, _ limit: inout Int
  ) throws -> PartialPredictions.Rows {
    let count = images.shape[0]
    var rows = PartialPredictions.Rows()
    rows.members = [Data](repeating: Data(), count: model.memberCount)
    var position = 0
    while position < count {
      let end = min(position + limit, count)
      do {
        let part =
          position == 0 && end == count ? images : try images.slice(0, from: position, to: end)
        let outputs = try model.outputs(part)
        let predictions = try outputs.prediction.bytes()
        let members = try outputs.members.map { try $0.bytes() }
        let features = settings.keepsEmbeddings ? try outputs.embeddings?.bytes() : nil
        rows.predictions.append(predictions)
        for (index, member) in members.enumerated() { rows.members[index].append(member) }
        if let features { rows.embeddings.append(features) }
        position = end
      } catch EngineError.outOfMemory(_, _, let reason) {
        guard end - position > 1 else { throw PredictionRunError.outOfMemory(reason: reason) }
        limit = (end - position) / 2
        try Engine.releaseCachedMemory()
        notice("Memory did not suffice; going on with batches of \(limit).")
      }
    }
    return rows
  }

  private func checkFinite(_ logits: Data, _ model: PredictionModel, _ batch: ImageBatch) throws {
    let bad = logits.withUnsafeBytes { raw in
      raw.bindMemory(to: Float.self).firstIndex { !$0.isFinite }
    }
    if let bad {
      throw PredictionRunError.notFinite(
        model: model.name, sample: batch.ids[bad / model.classCount])
    }
  }

  // MARK: - After

  static let runKey = "credence.run"
  static let skippedKey = "credence.skipped"

  private func finish(
    _ partial: PartialPredictions, _ model: PredictionModel, _ dataset: any ImageDataset,
    _ run: RunDescription, _ metadata: PredictionMetadata, _ file: URL
  ) throws {
    let rows = partial.rows.filter { $0 >= 0 }
    guard !rows.isEmpty else { throw PredictionRunError.noSamples(dataset: dataset.path) }
    let labels = rows.map { Int32(dataset.label(at: $0) ?? -1) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = metadata
    metadata.preprocessing = String(decoding: try encoder.encode(run.preprocessing), as: UTF8.self)
    // Names of some classes only, as a file of labels may give them, can't be stored.
    metadata.classNames = dataset.classNames.count == model.classCount ? dataset.classNames : []
    metadata.producer = "credence"
    metadata.weightsSHA256 = run.weightsSHA256
    metadata.other[Self.runKey] = String(decoding: try encoder.encode(run), as: UTF8.self)
    if partial.skippedCount > 0 {
      metadata.other[Self.skippedKey] = String(partial.skippedCount)
    }
    let (predictions, embeddings, members) = try partial.matrices()
    try PredictionSet(
      members.isEmpty ? .logits(predictions) : .probabilities(predictions),
      labels: labels.allSatisfy { $0 < 0 } ? nil : labels,
      embeddings: embeddings, head: embeddings == nil ? nil : model.head, memberLogits: members,
      sampleIDs: SampleIDs(rows.map { dataset.id(at: $0) }), metadata: metadata
    ).write(to: file, format: .safetensors)
  }
}

/// How a network is run over a data set.
public struct PredictionSettings: Sendable {
  /// Batch size, threads, the shard, and what happens to images that can't be read.
  public var loading = LoaderSettings()
  /// Whether embeddings and the last layer are stored, too.
  public var keepsEmbeddings = false
  /// Whether files and parts of other runs are replaced.
  public var overwrites = false

  public init() {}
}

/// How far a run is.
public struct PredictionProgress: Sendable {
  /// Images done, with those of an earlier run and those left out.
  public let done: Int
  public let total: Int
  /// Of this run, images included.
  public let seconds: Double
  /// Of this run.
  public let imagesPerSecond: Double
  /// Infinite as long as nothing can be said.
  public let secondsLeft: Double
}

/// What a run left behind.
public struct PredictionResult: Sendable {
  public let file: URL
  /// Samples in the file.
  public let sampleCount: Int
  /// Images that could not be read and were left out.
  public let skippedCount: Int
  /// Images that an earlier, interrupted run had done.
  public let resumedCount: Int
  /// Whether the file was there already.
  public let isReused: Bool
  public let duration: Duration
}
