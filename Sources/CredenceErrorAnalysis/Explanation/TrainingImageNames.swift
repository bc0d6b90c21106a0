import CredenceFiles
public import Foundation

/// The names of training images, from the published `train_clip_embeddings.npz`; its embeddings are not read.
public enum TrainingImageNames {
  /// The file's published name.
  public static let fileName = "train_clip_embeddings.npz"

  /// The names at some places of the training set.
  ///
  /// - Parameters:
  ///   - places: Places from 0.
  ///   - url: The archive; its array `train_files` alone is read.
  /// - Returns: Names by place; empty where there is no such file.
  /// - Throws: `FileError`; `ErrorAnalysisError` for a file without the names, and for a place behind its end.
  public static func names(at places: some Sequence<Int>, in url: URL) throws -> [Int: String] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [:] }
    let file = url.relativePath
    guard let array = try NPZ(contentsOf: url).array("train_files"), array.shape.count == 1,
      let files = array.strings()
    else {
      throw ErrorAnalysisError.mismatch(file: file, problem: "it has no text array train_files")
    }
    var names: [Int: String] = [:]
    for place in places {
      guard files.indices.contains(place) else {
        throw ErrorAnalysisError.mismatch(
          file: file, problem: "it has \(files.count) images, and a neighbor is number \(place)")
      }
      names[place] = files[place]
    }
    return names
  }
}
