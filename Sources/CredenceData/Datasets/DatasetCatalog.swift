import Foundation

extension DatasetDescriptor {
  /// Every kind of data set, in the order in which a path is tried.
  public static let all: [Self] = [
    .ambiguousMNIST, .idx, .cifar, .svhn, .array, .tar, .imageList, .tinyImageNet, .flatFolder,
    .folderTree,
  ]
}

/// Opens data sets of every known kind.
public enum DatasetCatalog {
  /// Opens what lies at a path, recognized by its content, or a published data set by its name.
  ///
  /// A file or folder of the name comes first: ‘./mnist’ is what lies there, whatever it is.
  ///
  /// - Parameters:
  ///   - path: A file or folder, or a name of `DatasetRegistry`; `dirty_mnist/test` names a part, too.
  ///   - split: A part of it, such as `val`: a folder of that name, or files that begin so.
  ///   - labels: A file of labels; by default one that lies in the usual place.
  ///   - classMap: A file of the classes' numbers.
  ///   - imageRoot: The folder below which an image list's images lie; by default one of its usual places.
  ///   - folder: Where published data sets lie.
  /// - Returns: The data set.
  /// - Throws: `DatasetError`.
  public static func open(
    path: String, split: String? = nil, labels: String? = nil, classMap: String? = nil,
    imageRoot: String? = nil, in folder: String = DatasetRegistry.defaultFolder
  ) throws(DatasetError) -> any ImageDataset {
    if labels == nil, classMap == nil, let (entry, part) = try registered(path, split: split) {
      return try entry.open(part: part, in: folder)
    }
    let (descriptor, location, split) = try recognized(path: path, split: split, labels: labels)
    var map: ClassMap?
    if let classMap { map = try ClassMap(path: classMap) }
    guard imageRoot == nil || descriptor.id == DatasetDescriptor.imageList.id else {
      throw .badSetting(
        name: "--image-root", value: "‘\(imageRoot ?? "")’",
        allowed: "left out: ‘\(path)’ is no image list")
    }
    return try descriptor.open(
      DatasetRequest(
        location: location, split: split, labels: labels, classMap: map, imageRoot: imageRoot))
  }

  /// The published data set that a name stands for, and its part; `nil` for a path, or another name.
  ///
  /// - Parameters:
  ///   - name: A name, also with the part: `cifar10/test`.
  ///   - split: The part, where the name lacks it; by default that for testing.
  /// - Returns: The data set and its part.
  /// - Throws: `DatasetError.badSetting` for a part that the data set lacks.
  public static func registered(
    _ name: String, split: String? = nil
  ) throws(DatasetError) -> (entry: DatasetEntry, part: DatasetEntry.Part)? {
    guard !FileManager.default.fileExists(atPath: name) else { return nil }
    var (base, split) = (name, split)
    if split == nil, let slash = name.lastIndex(of: "/") {
      base = String(name[..<slash])
      split = String(name[name.index(after: slash)...])
    }
    guard let entry = DatasetRegistry[base] else { return nil }
    let part = split.map { DatasetEntry.Part(rawValue: $0) } ?? .test
    guard let part, entry.parts.contains(part) else {
      throw .badSetting(
        name: "--split", value: "‘\(split ?? "")’",
        allowed: "one of \(entry.parts.map(\.rawValue).joined(separator: ", ")) for \(entry.id)")
    }
    return (entry, part)
  }

  /// The names of the data set and part that an image list's file name says; `nil` where the file is none.
  ///
  /// - Parameter path: A file.
  /// - Returns: The two names.
  /// - Throws: `DatasetError` for a file that can't be read.
  public static func listName(
    of path: String
  ) throws(DatasetError) -> (dataset: String, split: String)? {
    let descriptor = try recognized(path: path, split: nil, labels: nil).0
    return descriptor.id == DatasetDescriptor.imageList.id ? ImageList.name(of: path) : nil
  }

  /// What kind of data set lies at a path.
  ///
  /// - Parameters:
  ///   - path: A file or folder.
  ///   - split: A part of it.
  ///   - labels: A file of labels.
  /// - Returns: The kind, the folder of the split where it has one of its own, and else the split.
  /// - Throws: `DatasetError`.
  static func recognized(
    path: String, split: String?, labels: String?
  ) throws(DatasetError) -> (DatasetDescriptor, DatasetLocation, split: String?) {
    var location = try DatasetLocation(path)
    var split = split
    // Tiny ImageNet's parts are no data sets of their own: they share a list of classes.
    if let name = split, location.folders.contains(name),
      !DatasetDescriptor.tinyImageNet.recognizes(location)
    {
      location = try DatasetLocation("\(location.path)/\(name)")
      split = nil
    }
    // With labels, folders are no classes.
    let isLabeled = labels != nil && location.isFolder && !location.folders.isEmpty
    let descriptor =
      isLabeled ? .flatFolder : DatasetDescriptor.all.first { $0.recognizes(location) }
    guard let descriptor else {
      let corruptions = try? CorruptionTree(path: location.path)
      throw .unknownDataset(
        path: location.path,
        found: corruptions != nil
          ? "it holds corrupted images, which are several data sets"
          : location.isFolder
            ? "the folder holds no images, archives or folders of images"
            : location.start.isEmpty
              ? "the file is empty, or its compressed data are damaged"
              : "the file is none that is known",
        known: DatasetDescriptor.all.map(\.title))
    }
    return (descriptor, location, split)
  }
}
