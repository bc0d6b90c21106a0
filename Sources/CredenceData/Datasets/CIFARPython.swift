import CredenceFiles
import Foundation

/// A file of the "Python version" of CIFAR-10 or CIFAR-100: a pickled dictionary of pixels and labels, or of names.
///
/// Nothing in it is executed: it may hold plain containers, texts and NumPy arrays only.
struct CIFARPython {
  private let root: CheckpointValue
  private let file: String

  /// Whether a file has a name as in the published archives, which have no endings.
  static func isBatch(_ name: String) -> Bool {
    name.hasPrefix("data_batch_") && !name.contains(".")
      || ["test_batch", "train", "test"].contains(name)
  }

  /// Reads a file.
  ///
  /// - Throws: `DatasetError.malformed`.
  init(_ data: Data, file: String) throws(DatasetError) {
    self.file = file
    do {
      root = try PickledFile(data, file: file).root
    } catch {
      throw .malformed(file: file, format: "CIFAR", problem: error.localizedDescription)
    }
  }

  /// The images, `[rows, 3072]` in planes, with their fine labels.
  ///
  /// - Parameter prefix: What comes before the rows' numbers.
  /// - Returns: The part that a data set is made of.
  /// - Throws: `DatasetError.malformed` or `badLabels`.
  func images(prefix: String) throws(DatasetError) -> PixelArrayDataset.Part {
    func malformed(_ problem: String) -> DatasetError {
      .malformed(file: file, format: "CIFAR", problem: problem)
    }
    guard case .tensor(let tensor) = value("data") else {
      throw malformed("it has no array ‘data’")
    }
    guard tensor.shape.count == 2, tensor.shape[1] == 3072, tensor.element == .uint8 else {
      throw malformed(
        "its array ‘data’ has the shape \(tensor.shape) and type \(tensor.element), not bytes "
          + "[images, 3072]")
    }
    guard case .list(let numbers) = value("fine_labels") ?? value("labels") else {
      throw malformed("it has neither ‘labels’ nor ‘fine_labels’")
    }
    guard numbers.count == tensor.shape[0] else {
      throw .badLabels(
        file: file, problem: "it has \(numbers.count) labels for \(tensor.shape[0]) images")
    }
    var labels: [Int?] = []
    labels.reserveCapacity(numbers.count)
    for number in numbers {
      guard case .integer(let label) = number, 0...255 ~= label else {
        throw .badLabels(file: file, problem: "a label is no number from 0 to 255")
      }
      labels.append(label)
    }
    do {
      return .init(
        prefix: prefix, data: try tensor.array().bytes, recordSize: 3072, offset: 0, labels: labels)
    } catch {
      throw malformed(error.localizedDescription)
    }
  }

  /// The classes' names; empty where the file has none.
  var classNames: [String] {
    guard case .list(let names) = value("fine_label_names") ?? value("label_names") else {
      return []
    }
    return names.compactMap { name in
      switch name {
      case .string(let text): text
      case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
      default: nil
      }
    }
  }

  /// What stands under a key, whether text or, as Python 3 may keep texts of Python 2, bytes.
  private func value(_ key: String) -> CheckpointValue? {
    if let value = root[key] { return value }
    guard case .dictionary(let entries) = root else { return nil }
    return entries.last {
      if case .bytes(let bytes) = $0.key { bytes.elementsEqual(key.utf8) } else { false }
    }?.value
  }
}
