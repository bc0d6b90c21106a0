public import CredenceData
import Foundation

/// A data set under the name that files, tables and reports give it.
public struct NamedDataset: Sendable {
  /// The corruption that the images went through.
  public struct Shift: Hashable, Sendable {
    public let corruption: String
    /// From 1, the weakest.
    public let severity: Int

    public init(corruption: String, severity: Int) {
      self.corruption = corruption
      self.severity = severity
    }
  }

  public let name: String
  /// Such as `val`; may be empty.
  public let split: String
  public let shift: Shift?
  public let images: any ImageDataset

  public init(
    _ images: any ImageDataset, name: String, split: String = "", shift: Shift? = nil
  ) {
    self.images = images
    self.name = name
    self.split = split
    self.shift = shift
  }

  /// Opens what a path holds: one data set, or one for every corruption and severity; or a published data set by its name.
  ///
  /// - Parameters:
  ///   - path: A file or folder, or a name of `DatasetRegistry`.
  ///   - split: A part of it.
  ///   - labels: A file of labels.
  ///   - classMap: A file of the classes' numbers.
  ///   - imageRoot: The folder below which an image list's images lie; by default one of its usual places.
  ///   - folder: Where published data sets lie.
  /// - Returns: At least one data set.
  /// - Throws: `DatasetError`.
  public static func open(
    path: String, split: String? = nil, labels: String? = nil, classMap: String? = nil,
    imageRoot: String? = nil, in folder: String = DatasetRegistry.defaultFolder
  ) throws -> [NamedDataset] {
    if labels == nil, classMap == nil,
      let (entry, part) = try DatasetCatalog.registered(path, split: split)
    {
      return [
        NamedDataset(
          try entry.open(part: part, in: folder), name: entry.id, split: part.rawValue)
      ]
    }
    let url = URL(fileURLWithPath: path).standardizedFileURL
    var name = url.lastPathComponent
    if split == nil, let tree = try? CorruptionTree(path: path) {
      return try tree.entries.map { entry in
        NamedDataset(
          try tree.dataset(entry, classMap: classMap),
          name: "\(name)/\(entry.corruption)/\(entry.severity)",
          shift: Shift(corruption: entry.corruption, severity: entry.severity))
      }
    }
    let images = try DatasetCatalog.open(
      path: path, split: split, labels: labels, classMap: classMap, imageRoot: imageRoot)
    var part = split ?? ""
    if split == nil, ["train", "val", "validation", "test", "valid"].contains(name) {
      part = name
      name = url.deletingLastPathComponent().lastPathComponent
    }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      if let listed = try DatasetCatalog.listName(of: path) {
        (name, part) = listed
      } else {
        name = String(name.prefix { $0 != "." })
      }
    }
    return [NamedDataset(images, name: name, split: part)]
  }

  /// The name of the corruption tree that the images belong to.
  var treeName: String {
    guard let shift else { return name }
    let end = "/\(shift.corruption)/\(shift.severity)"
    return name.hasSuffix(end) ? String(name.dropLast(end.count)) : name
  }

  /// The images as a network with so many classes numbers theirs.
  func images(forClassCount count: Int) -> any ImageDataset {
    guard count == 1000, images.classNames.count < count else { return images }
    return ImageNetNumbering(images) ?? images
  }
}
