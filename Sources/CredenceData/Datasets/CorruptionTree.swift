import CredenceFiles
import Foundation

/// A data set under many corruptions and severities.
///
/// Either folders `corruption/severity/class/image`, also below folders of categories, as ImageNet-C has them; or arrays
/// `corruption.npy` with one `labels.npy`, all severities one after another, as CIFAR-10-C has them.
public struct CorruptionTree: Sendable {
  /// One corruption at one severity.
  public struct Entry: Hashable, Sendable {
    /// The corruption's name, such as `gaussian_noise`.
    public let corruption: String
    /// From 1, the weakest.
    public let severity: Int
    fileprivate let path: String
    /// The part of an array's rows; `nil` for a folder.
    fileprivate let part: Int?
  }

  public let path: String
  /// By the corruptions' names, then from the weakest severity on.
  public let entries: [Entry]

  /// The severities of an array of all.
  private static let severityCount = 5

  /// Looks for corruptions at a path.
  ///
  /// - Throws: `DatasetError.unreadable`, or `unknownDataset` where there are none.
  public init(path: String) throws(DatasetError) {
    let location = try DatasetLocation(path)
    self.path = location.path
    var entries: [Entry] = []
    if location.files.contains("labels.npy") {
      let arrays = location.files.filter { $0.hasSuffix(".npy") && $0 != "labels.npy" }
      // One array of an unknown name is a data set like any other.
      let isTree =
        arrays.count > 1
        || arrays.contains { file in CorruptionCatalog.all.contains { "\($0.id).npy" == file } }
      for file in arrays where isTree {
        entries += (0..<Self.severityCount).map {
          Entry(
            corruption: String(file.dropLast(4)), severity: $0 + 1,
            path: "\(location.path)/\(file)", part: $0)
        }
      }
    } else {
      for folder in location.folders where !DatasetLocation.splitNames.contains(folder) {
        let inner = try FileTree.content(of: "\(location.path)/\(folder)").folders
        let severities = Self.severities(inner)
        if !severities.isEmpty {
          entries += Self.entries(folder, severities, in: "\(location.path)/\(folder)")
          continue
        }
        // A category such as noise, blur, weather and digital.
        for corruption in inner {
          let path = "\(location.path)/\(folder)/\(corruption)"
          let severities = Self.severities(try FileTree.content(of: path).folders)
          entries += Self.entries(corruption, severities, in: path)
        }
      }
    }
    guard !entries.isEmpty else {
      throw .unknownDataset(
        path: location.path, found: "there are no corruptions",
        known: ["corruption/severity/class/image", "corruption.npy with labels.npy"])
    }
    self.entries = entries.sorted {
      $0.corruption == $1.corruption
        ? $0.severity < $1.severity : FileTree.precedes($0.corruption, $1.corruption)
    }
  }

  /// The names of the corruptions, sorted.
  public var corruptions: [String] {
    entries.map(\.corruption).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Opens the images of one entry.
  ///
  /// - Parameters:
  ///   - entry: One of `entries`.
  ///   - classMap: A file of the classes' numbers.
  /// - Returns: The data set.
  /// - Throws: `DatasetError`.
  public func dataset(
    _ entry: Entry, classMap: String? = nil
  ) throws(DatasetError) -> any ImageDataset {
    guard let part = entry.part else {
      return try DatasetCatalog.open(path: entry.path, classMap: classMap)
    }
    let rowCount: Int
    do {
      rowCount = try NPY.read(FileContent.bytes(of: entry.path), file: entry.path).shape.first ?? 0
    } catch let error as DatasetError {
      throw error
    } catch {
      throw .malformed(
        file: entry.path, format: "NumPy array", problem: error.localizedDescription)
    }
    guard rowCount > 0, rowCount.isMultiple(of: Self.severityCount) else {
      throw .malformed(
        file: entry.path, format: "corruption",
        problem: "\(rowCount) images are not the same number at \(Self.severityCount) severities")
    }
    let size = rowCount / Self.severityCount
    var names: [String] = []
    if let classMap { names = try ClassMap(path: classMap).names }
    return try PixelArrayDataset(
      array: entry.path, labels: nil, rows: part * size..<(part + 1) * size, classNames: names)
  }

  /// Folders that are numbers from 1.
  private static func severities(_ folders: [String]) -> [Int] {
    let numbers = folders.compactMap { Int($0) }.filter { 1...10 ~= $0 }
    return numbers.count == folders.count ? numbers : []
  }

  private static func entries(
    _ corruption: String, _ severities: [Int], in folder: String
  ) -> [Entry] {
    severities.map {
      Entry(corruption: corruption, severity: $0, path: "\(folder)/\($0)", part: nil)
    }
  }
}
