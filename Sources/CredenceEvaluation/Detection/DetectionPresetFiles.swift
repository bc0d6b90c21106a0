import CredenceFiles
public import Foundation

/// The files of a preset, found in a folder by name.
///
/// A file's name without its ending is split at `__`, as `credence predict` writes it: `<model>__<dataset>__<split>`. One part must be
/// the data set's name or an alias (case, `-` and `_` do not matter); where the preset names a split, files that say another one do not
/// count.
public struct DetectionPresetFiles: Sendable {
  private static let splits = ["train", "val", "validation", "test"]

  private let files: [(url: URL, parts: [String])]
  private let folder: String

  /// Lists a folder.
  ///
  /// - Throws: `FileError` where it can't be read.
  public init(folder: URL) throws {
    self.folder = folder.relativePath
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw FileError.unreadable(file: folder.relativePath, reason: error.localizedDescription)
    }
    files = names.sorted().compactMap { name in
      let url = folder.appendingPathComponent(name)
      guard ["safetensors", "npz", "csv"].contains(url.pathExtension.lowercased()) else {
        return nil
      }
      let stem = url.deletingPathExtension().lastPathComponent
      return (url, stem.components(separatedBy: "__").map(Self.normalized))
    }
  }

  private static func normalized(_ name: String) -> String {
    name.lowercased().replacing("-", with: "").replacing("_", with: "")
  }

  /// The file of a data set; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - dataset: What is looked for.
  ///   - isListed: Whether an image list will pick the samples: then a file that holds another part, or no part, will do where there is
  ///     no better one.
  /// - Returns: Its path.
  /// - Throws: `EvaluationError.invalidSetting` where several files can be it.
  public func file(
    of dataset: DetectionPreset.DataSet, isListed: Bool = false
  ) throws -> URL? {
    let names = Set(([dataset.name] + dataset.aliases).map(Self.normalized))
    let named = files.filter { file in file.parts.contains { names.contains($0) } }
    var found = named
    if !dataset.split.isEmpty {
      let wanted = dataset.split == "val" ? ["val", "validation"] : [dataset.split]
      let exact = found.filter { file in file.parts.contains { wanted.contains($0) } }
      // A file that names no split is the test part.
      found =
        exact.isEmpty && dataset.split == "test"
        ? found.filter { file in !file.parts.contains { Self.splits.contains($0) } } : exact
      if found.isEmpty, isListed { found = named }
    }
    guard found.count <= 1 else {
      let names = found.map { "‘\($0.url.lastPathComponent)’" }.joined(separator: ", ")
      throw EvaluationError.invalidSetting(
        name: "The file of \(dataset.name) in ‘\(folder)’", value: "one of \(names)",
        allowed: "a single file; keep the predictions of each network in a folder of their own")
    }
    return found.first?.url
  }
}
