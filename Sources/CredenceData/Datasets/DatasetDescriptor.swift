import CredenceFiles
import Foundation

/// What the rest of the system needs to know of a kind of data set.
public struct DatasetDescriptor: Identifiable, Sendable {
  public let id: String
  /// What a user has to have, for help texts and errors.
  public let title: String
  let recognizes: @Sendable (DatasetLocation) -> Bool
  let open: @Sendable (DatasetRequest) throws(DatasetError) -> any ImageDataset
}

/// What lies at a path.
struct DatasetLocation: Sendable {
  let path: String
  let isFolder: Bool
  /// The names of what stands directly in a folder.
  let files: [String]
  let folders: [String]
  /// The first bytes of a file, decompressed.
  let start: [UInt8]

  /// Folders of these names are parts of a data set and no classes.
  static let splitNames: Set<String> = ["train", "val", "validation", "test", "training", "valid"]

  /// Looks at a path.
  ///
  /// - Throws: `DatasetError.noSuchPath`, with the nearest name beside it, or `unreadable`.
  init(_ path: String) throws(DatasetError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      let folder = (path as NSString).deletingLastPathComponent
      let beside = try? FileTree.content(of: folder.isEmpty ? "." : folder)
      let name = (path as NSString).lastPathComponent
      let nearest = nearestName(
        to: name, in: (beside?.files ?? []) + (beside?.folders ?? []))
      let published = folder.isEmpty ? DatasetRegistry.nearest(to: name) : nil
      throw .noSuchPath(
        path: path,
        nearest: nearest.map { folder.isEmpty ? $0 : "\(folder)/\($0)" } ?? published)
    }
    self.isFolder = isFolder.boolValue
    if isFolder.boolValue {
      let content = try FileTree.content(of: path)
      files = content.files
      folders = content.folders
      start = []
    } else {
      files = []
      folders = []
      start = try FileContent.start(of: path, count: 512)
    }
  }
}

/// What a user asked for.
struct DatasetRequest: Sendable {
  let location: DatasetLocation
  let split: String?
  let labels: String?
  let classMap: ClassMap?
  /// The folder below which an image list's images lie; `nil` for its usual places.
  var imageRoot: String?
}

extension DatasetError {
  /// A split that was asked for where there are none of that name.
  static func splitNotKnown(_ request: DatasetRequest) -> Self {
    let folders = request.location.folders.filter(DatasetLocation.splitNames.contains)
    return .badSetting(
      name: "--split", value: "‘\(request.split ?? "")’",
      allowed: folders.isEmpty
        ? "left out: ‘\(request.location.path)’ has no such parts"
        : "one of \(folders.joined(separator: ", "))")
  }
}
