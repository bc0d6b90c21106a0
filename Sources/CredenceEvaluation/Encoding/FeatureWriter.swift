import CredenceData
import CredenceErrorAnalysis
import CredenceFiles
import CredenceModels
public import Foundation

/// How far an encoding is.
public struct EncodingProgress: Sendable {
  /// Images or prompts done, with those of an earlier run.
  public let done: Int
  public let total: Int
  /// Of this run.
  public let perSecond: Double
  /// Infinite as long as nothing can be said.
  public let secondsLeft: Double
}

/// What an encoding left behind.
public struct EncodingResult: Sendable {
  public let file: URL
  public let count: Int
  /// How many an earlier, interrupted run had done.
  public let resumedCount: Int
  /// Whether the file was there already, of the same run.
  public let isReused: Bool
  public let duration: Duration
}

/// Encodes images and prompts, each once, into files of features.
///
/// A file that the same run has made is not made again, and a run that was killed goes on where it stopped.
struct FeatureWriter {
  let encoder: ImageTextEncoder
  var loading = LoaderSettings()
  var overwrites = false
  var progress: (EncodingProgress) -> Void = { _ in }

  /// How many prompts are encoded together.
  static let promptBatch = 64

  /// Encodes prompts into a file of `StoredFeatures`.
  func writePrompts(_ prompts: [String], to file: URL) throws -> EncodingResult {
    let run = EncodingRun(encoder, names: prompts, areImages: false)
    return try write(run, to: file) { partial, report in
      while partial.count < prompts.count {
        let end = min(partial.count + Self.promptBatch, prompts.count)
        try partial.append(encoder.features(of: Array(prompts[partial.count..<end])))
        report()
      }
      try store(partial, names: prompts, run, to: file)
    }
  }

  /// Encodes images into a file of `StoredFeatures`.
  func writeImages(_ images: any ImageDataset, to file: URL) throws -> EncodingResult {
    let names = (0..<images.count).map { images.id(at: $0) }
    let run = EncodingRun(encoder, names: names, areImages: true)
    return try write(run, to: file) { partial, report in
      try encode(images, into: partial, report)
      try store(partial, names: names, run, to: file)
    }
  }

  /// Encodes training images into the published form of their embeddings: rows of length 1.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - targets: The class of each.
  ///   - file: The `.npz` file; what it was made of is written beside it.
  /// - Returns: What was written.
  /// - Throws: As `writeImages`.
  func writeTraining(
    _ images: any ImageDataset, targets: [Int], to file: URL
  ) throws -> EncodingResult {
    let names = (0..<images.count).map { images.id(at: $0) }
    let run = EncodingRun(encoder, names: names, areImages: true)
    return try write(run, to: file) { partial, report in
      try encode(images, into: partial, report)
      try TrainingEmbeddings.write(
        partial.bytes(), width: encoder.width, files: names, targets: targets, to: file)
      try Self.writeRecord(run, beside: file)
    }
  }

  // MARK: - Steps

  private func write(
    _ run: EncodingRun, to file: URL,
    _ work: (_ partial: PartialRows, _ report: () -> Void) throws -> Void
  ) throws -> EncodingResult {
    let start = ContinuousClock.now
    if FileManager.default.fileExists(atPath: file.path), !overwrites {
      let differences = run.differences(from: Self.run(of: file))
      guard differences.isEmpty else {
        throw EncodingError.otherRun(file: file.relativePath, differences: differences)
      }
      try? FileManager.default.removeItem(at: PartialRows.folder(of: file))
      return EncodingResult(
        file: file, count: run.count, resumedCount: run.count, isReused: true, duration: .zero)
    }
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(file: file.relativePath, reason: error.localizedDescription)
    }
    let partial = try PartialRows(
      for: file, run, width: encoder.width, overwrites: overwrites)
    let resumed = partial.count
    try work(partial) {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rate = seconds > 0 ? Double(partial.count - resumed) / seconds : 0
      progress(
        EncodingProgress(
          done: partial.count, total: run.count, perSecond: rate,
          secondsLeft: rate > 0 ? Double(run.count - partial.count) / rate : .infinity))
    }
    partial.remove()
    return EncodingResult(
      file: file, count: run.count, resumedCount: resumed, isReused: false,
      duration: .now - start)
  }

  private func encode(
    _ images: any ImageDataset, into partial: PartialRows, _ report: () -> Void
  ) throws {
    guard partial.count < images.count else { return }
    var loading = self.loading
    loading.shard = .whole
    loading.unreadableImages = .fail
    loading.format = encoder.format
    let loader = try Loader(
      images, encoder.checkpoint.preprocessing, loading, rows: partial.count..<images.count)
    defer { loader.cancel() }
    while let batch = try loader.next() {
      try partial.append(encoder.features(batch))
      report()
    }
  }

  private func store(
    _ partial: PartialRows, names: [String], _ run: EncodingRun, to file: URL
  ) throws {
    let values = try partial.bytes().withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    var metadata = [
      EncodingRun.metadataKey: try run.json(), "weights_sha256": run.weightsSHA256,
    ]
    if let preprocessing = run.preprocessing {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      metadata["preprocessing"] = String(
        decoding: try encoder.encode(preprocessing), as: UTF8.self)
    }
    try StoredFeatures(
      names: names, dimension: encoder.width, values: values, model: run.model,
      precision: run.precision, source: file.relativePath
    ).write(to: file, metadata: metadata)
  }

  /// Refuses training embeddings that are known to come from other weights; those of other programs say nothing of it.
  func checkWeights(of embeddings: URL) throws(EncodingError) {
    guard let run = Self.run(of: embeddings), run.weightsSHA256 != encoder.weightsSHA256 else {
      return
    }
    throw .otherWeights(file: embeddings.relativePath)
  }

  /// The run that made a file; `nil` for a file of another program.
  private static func run(of file: URL) -> EncodingRun? {
    if file.pathExtension == "safetensors" {
      return (try? Safetensors(contentsOf: file))?.metadata[EncodingRun.metadataKey]
        .flatMap { EncodingRun(json: $0) }
    }
    return (try? String(contentsOf: record(beside: file), encoding: .utf8))
      .flatMap { EncodingRun(json: $0) }
  }

  private static func record(beside file: URL) -> URL { file.appendingPathExtension("run.json") }

  private static func writeRecord(_ run: EncodingRun, beside file: URL) throws {
    let record = try AtomicFile(record(beside: file))
    try record.write(Data(run.json().utf8))
    try record.finish()
  }
}
