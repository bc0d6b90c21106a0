import Foundation

/// Image files in a tar archive, plain or gzip-compressed, read in place.
struct TarDataset: ImageDataset {
  let path: String
  let classNames: [String]
  let numbersClassesByName: Bool
  private let data: Data
  private let images: [TarArchive.Member]
  private let ids: [String]
  private let labels: [Int?]

  /// Reads the index of an archive.
  ///
  /// Folders around all images are no classes. What is left is `class/image`, or images alone, whose classes a file gives.
  ///
  /// - Throws: `DatasetError`.
  init(_ request: DatasetRequest) throws(DatasetError) {
    path = request.location.path
    data = try FileContent.bytes(of: path)
    var members = try TarArchive(data, file: path).members.filter {
      ImageFormat.isImage($0.path) && !$0.path.hasPrefix("._") && !$0.path.contains("/._")
    }
    guard !members.isEmpty else { throw .noImages(path: path) }
    var paths = members.map { $0.path.hasPrefix("./") ? String($0.path.dropFirst(2)) : $0.path }
    if let split = request.split {
      let isWanted = paths.map { $0.split(separator: "/").dropLast().contains { $0 == split } }
      guard isWanted.contains(true) else {
        throw .badSetting(
          name: "--split", value: "‘\(split)’", allowed: "a folder in ‘\(path)’")
      }
      members = zip(members, isWanted).filter(\.1).map(\.0)
      paths = zip(paths, isWanted).filter(\.1).map(\.0)
    }
    paths = Self.withoutCommonFolders(paths, keepingClasses: request.labels == nil)
    let order = paths.indices.sorted { FileTree.precedes(paths[$0], paths[$1]) }
    images = order.map { members[$0] }
    let ids = order.map { paths[$0] }
    self.ids = ids
    guard Set(ids).count == ids.count else {
      throw .malformed(file: path, format: "tar", problem: "it holds a file twice")
    }
    let classes: ImageClasses
    if let labels = request.labels {
      classes = try LabelFile(path: labels).classes(of: ids, request.classMap)
    } else if ids.allSatisfy({ $0.contains("/") }) {
      classes = try ImageClasses(folders: [], of: ids, request.classMap, path: path)
    } else {
      classes = .unknown(count: ids.count)
    }
    labels = classes.labels
    classNames = classes.names
    numbersClassesByName = classes.areNumberedByName
  }

  var count: Int { images.count }
  func id(at index: Int) -> String { ids[index] }
  func label(at index: Int) -> Int? { labels[index] }
  func content(at index: Int) -> ImageContent {
    let range = images[index].range
    return .encoded(data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound])
  }

  /// The paths without the folders that hold all of them.
  ///
  /// A last folder that is a class by itself stays where classes are wanted and the folders above have been left out.
  private static func withoutCommonFolders(
    _ paths: [String], keepingClasses: Bool
  ) -> [String] {
    var paths = paths
    while let first = paths.first, let slash = first.firstIndex(of: "/") {
      let folder = String(first[...slash])
      guard paths.allSatisfy({ $0.hasPrefix(folder) }) else { break }
      let rest = paths.map { String($0.dropFirst(folder.count)) }
      // A single class is told from a folder around all images by its name alone.
      if keepingClasses, !rest.contains(where: { $0.contains("/") }),
        !usualRoots.contains(String(folder.dropLast()))
      {
        break
      }
      paths = rest
    }
    return paths
  }

  private static let usualRoots: Set<String> = [
    "images", "val", "validation", "test", "train", "data", "imgs",
  ]
}

extension DatasetDescriptor {
  static let tar = Self(
    id: "tar", title: "a tar archive (.tar, .tar.gz) of class/image or of images",
    recognizes: { location in
      guard !location.isFolder else { return false }
      return location.start.count >= 262 && location.start[257..<262].elementsEqual("ustar".utf8)
        || [".tar", ".tar.gz", ".tgz"].contains { location.path.hasSuffix($0) }
    },
    open: { request throws(DatasetError) in try TarDataset(request) })
}
