public import Foundation

/// Why an image cannot be corrupted.
public enum CorruptionError: LocalizedError, Hashable, Sendable {
  /// No corruption has this name.
  case unknownCorruption(name: String, known: [String])
  /// No benchmark has this name.
  case unknownBenchmark(name: String, known: [String])
  /// A severity outside 1...5.
  case invalidSeverity(Int)
  /// The codec returned an image of another size.
  case changedSize(corruption: String)
  /// The draws are more or fewer than the image needs.
  case drawsMismatch(expected: Int, found: Int)
  /// A draw is infinite or not a number.
  case drawNotFinite(index: Int)
  /// The output folder belongs to a run of other settings or images.
  case otherRun(folder: String, setting: String, found: String, asked: String)
  /// The output folder holds files that are no corrupted data set.
  case foreignFolder(String)
  /// The output would become a part of the data set.
  case folderInsideData(String)
  /// An image whose name can't be a file's.
  case unsafeName(String)
  /// Two images that would get the same file.
  case sameName(first: String, second: String)
  /// Images in arrays whose classes are not known.
  case unlabeledArrays(String)

  public var errorDescription: String? {
    switch self {
    case .unknownCorruption(let name, _): "there is no corruption ‘\(name)’"
    case .unknownBenchmark(let name, _): "there is no corruption benchmark ‘\(name)’"
    case .invalidSeverity(let severity): "severity is \(severity); it must be from 1 to 5"
    case .changedSize(let corruption): "\(corruption) returned an image of another size"
    case .drawsMismatch(let expected, let found):
      "the image needs \(expected) random draws, \(found) were given"
    case .drawNotFinite(let index): "random draw \(index) is not a finite number"
    case .otherRun(let folder, let setting, let found, let asked):
      "‘\(folder)’ was made with another \(setting): \(found), not \(asked)."
    case .foreignFolder(let folder): "‘\(folder)’ holds files of something else."
    case .folderInsideData(let folder): "‘\(folder)’ lies in the data set itself."
    case .unsafeName(let id): "The image ‘\(id)’ can't keep its name."
    case .sameName(let first, let second): "‘\(first)’ and ‘\(second)’ would become one file."
    case .unlabeledArrays(let path): "‘\(path)’ holds images without classes."
    }
  }

  public var failureReason: String? {
    switch self {
    case .unknownCorruption(_, let known): "The corruptions are \(known.joined(separator: ", "))."
    case .unknownBenchmark(_, let known): "The benchmarks are \(known.joined(separator: ", "))."
    case .invalidSeverity: "The published benchmarks define five severities."
    case .changedSize: "A corruption keeps the size of an image."
    case .drawsMismatch: "The draws were made for an image of another size."
    case .drawNotFinite: "Noise is made of finite numbers."
    case .otherRun: "Images of two runs in one folder could not be told apart."
    case .foreignFolder: "It is not empty and lacks ‘\(CorruptedDatasetRecord.fileName)’."
    case .folderInsideData: "The corrupted images would be taken for clean ones."
    case .unsafeName: "A part of it is empty or begins with a point."
    case .sameName: "Their names differ only in the ending, which the encoding decides."
    case .unlabeledArrays: "Corrupted arrays are known by the ‘labels.npy’ beside them."
    }
  }

  public var recoverySuggestion: String? {
    switch self {
    case .unknownCorruption, .unknownBenchmark: "Choose one of these."
    case .invalidSeverity: "Choose 1, 2, 3, 4 or 5."
    case .changedSize: "Correct the codec."
    case .drawsMismatch, .drawNotFinite: "Draw for the image that is corrupted."
    case .otherRun, .foreignFolder:
      "Choose another folder, or repeat the settings of the first run."
    case .folderInsideData: "Choose a folder beside it."
    case .unsafeName, .sameName: "Rename the image."
    case .unlabeledArrays: "Give the classes by --labels."
    }
  }
}
