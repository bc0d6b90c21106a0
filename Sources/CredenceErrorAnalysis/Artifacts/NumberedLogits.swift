import CredenceFiles
import CredencePredictions
public import Foundation

/// The two models whose logits are published apart, images in the order of their numbers instead of their classes.
///
/// - Note: Vasudevan et al., "When does dough become a bagel?", NeurIPS 2022, arXiv:2205.04596.
public enum NumberedLogits: String, CaseIterable, Sendable {
  /// A vision transformer with three billion parameters.
  case vit3b
  /// A greedy soup of fine-tuned models.
  case greedysoups

  /// Where the logits belong in the folder of a data set.
  public func file(in folder: URL) -> URL { folder.appending(path: "\(rawValue).npz") }

  /// The predicted classes: the largest logit of each image, found by the number in its name.
  ///
  /// The published files are single NumPy arrays in spite of their names; archives with one array are read, too.
  ///
  /// - Parameters:
  ///   - folder: The folder of the data set.
  ///   - samples: Images called `ILSVRC2012_val_00000001.JPEG` and so on.
  /// - Returns: One class for each sample.
  /// - Throws: `ArtifactError.missingLogits`, which says where the file belongs; `ArtifactError`, `FileError`.
  public func predictions(in folder: URL, samples: SampleList) throws -> ModelPredictions {
    let url = file(in: folder)
    let name = url.relativePath
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ArtifactError.missingLogits(id: rawValue, file: name)
    }
    let array = try Self.array(url)
    guard array.shape.count == 2, array.shape[1] == samples.classCount,
      let type = array.element.scalarType
    else {
      throw ArtifactError.wrongArray(
        file: name, name: "logits", found: array.summary,
        expected: "floating-point numbers of shape [50000, \(samples.classCount)]")
    }
    let matrix = try Matrix(
      bytes: array.bytes, rowCount: array.shape[0], columnCount: array.shape[1], scalarType: type,
      layout: array.layout, isBigEndian: array.isBigEndian)
    let best = try RowMaxima.positions(of: matrix, file: name, array: "logits")
    let top1 = try (0..<samples.count).map { row in
      guard let number = Self.number(samples.name(at: row)) else {
        throw ArtifactError.badSampleName(
          file: samples.file, name: samples.files[row], row: row)
      }
      guard number <= best.count else {
        throw ArtifactError.missingSample(file: name, name: samples.files[row], row: row)
      }
      return best[number - 1]
    }
    let record = ModelRecord(
      folder: rawValue, modelID: rawValue, architectureFamily: "transformer", architecture: "vit",
      trainingData: "", source: "", parameterCount: 0)
    return ModelPredictions(record: record, file: url, top1: top1)
  }

  /// The number in an image's name, from 1.
  static func number(_ name: Substring) -> Int? {
    let start = "ILSVRC2012_val_"
    guard name.hasPrefix(start) else { return nil }
    let digits = name.dropFirst(start.count).prefix { $0 != "." }
    guard digits.utf8.count == 8, let number = Int(digits), number > 0 else { return nil }
    return number
  }

  private static func array(_ url: URL) throws -> StoredArray {
    let data = try MappedFile.bytes(of: url)
    guard data.starts(with: Data("PK".utf8)) else {
      return try NPY.read(data, file: url.relativePath)
    }
    let archive = try NPZ(data, file: url.relativePath)
    guard archive.names.count == 1, let array = try archive.array(archive.names[0]) else {
      throw ArtifactError.missingArray(
        file: url.relativePath, name: "logits", found: archive.names)
    }
    return array
  }
}
