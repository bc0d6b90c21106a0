import CredenceFiles
import CredencePredictions
public import Foundation

/// The predicted class of every sample, and what is known of the model that predicted.
///
/// Only these are read: the probabilities beside them, 200 MB for ImageNet, stay where they are.
public struct ModelPredictions: Sendable {
  /// What is known of the model.
  public let record: ModelRecord
  /// Where the predictions were read.
  public let file: URL
  /// The predicted class of each sample of the list.
  public let top1: [Int32]

  /// The name of the predictions in the folder of a model.
  public static let fileName = "preds.npz"

  /// Predictions whose number the caller has checked.
  package init(record: ModelRecord, file: URL, top1: [Int32]) {
    self.record = record
    self.file = file
    self.top1 = top1
  }

  /// Reads the predictions of a model.
  ///
  /// - Parameters:
  ///   - url: A folder with `preds.npz`, or with one file of predictions of another format, as `credence predict` writes it; or such a file.
  ///   - samples: The list that the predictions are about.
  /// - Throws: `ArtifactError`, naming file and row; `FileError`, `PredictionFileError`.
  public init(contentsOf url: URL, samples: SampleList) throws {
    let source = try Self.source(url)
    file = source
    if source.lastPathComponent == Self.fileName {
      top1 = try ArtifactArchive(contentsOf: source).classes(
        "top1", classCount: samples.classCount)
      guard top1.count == samples.count else {
        throw ArtifactError.sampleCount(
          file: source.relativePath, found: top1.count, expected: samples.count)
      }
      record = try ModelRecord(folder: source.deletingLastPathComponent())
    } else {
      let set = try StoredDecisions(contentsOf: source)
      top1 = try set.top1(of: samples)
      record = try ModelRecord(of: source, named: set.model)
    }
  }

  /// The models of a data set: every folder directly in it, and every file of predictions, in the order of their names.
  ///
  /// - Parameter folder: The folder of a data set, such as `artefacts/imagenet`.
  /// - Returns: Paths that `init(contentsOf:samples:)` takes.
  /// - Throws: `FileError.unreadable`.
  public static func models(in folder: URL) throws -> [URL] {
    try content(of: folder).filter { url in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      return isFolder.boolValue || url.pathExtension == "safetensors"
    }
  }

  /// The file that holds the predictions of a model.
  private static func source(_ url: URL) throws -> URL {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw FileError.unreadable(file: url.relativePath, reason: "There is no such file or folder.")
    }
    guard isFolder.boolValue else { return url }
    let published = url.appending(path: fileName)
    if FileManager.default.fileExists(atPath: published.path) { return published }
    let candidates = try content(of: url).filter {
      // The table of the model's mistakes stands beside its predictions.
      ["safetensors", "npz", "csv"].contains($0.pathExtension.lowercased())
        && $0.lastPathComponent != ErrorTable.fileName
    }
    guard candidates.count < 2 else {
      throw ArtifactError.severalPredictions(
        folder: url.relativePath, files: candidates.map(\.lastPathComponent))
    }
    guard let only = candidates.first else {
      throw ArtifactError.noPredictions(folder: url.relativePath)
    }
    return only
  }

  /// What stands directly in a folder, in the order of bytes; hidden names left out.
  private static func content(of folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { folder.appending(path: $0) }
    } catch {
      throw FileError.unreadable(
        file: folder.relativePath, reason: error.localizedDescription)
    }
  }
}
