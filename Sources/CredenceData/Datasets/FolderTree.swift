import Foundation

extension DatasetDescriptor {
  /// One folder per class.
  static let folderTree = Self(
    id: "folder-tree", title: "a folder with one folder of images per class (root/class/image)",
    recognizes: { $0.isFolder && !$0.folders.isEmpty },
    open: { request throws(DatasetError) in
      let location = request.location
      guard request.split == nil else { throw .splitNotKnown(request) }
      let splits = location.folders.filter(DatasetLocation.splitNames.contains)
      guard splits.isEmpty || splits.count < location.folders.count else {
        throw .unsupported(
          path: location.path, what: "the splits \(splits.joined(separator: ", "))",
          instead: "Choose one by --split, or name its folder.")
      }
      var images: [String] = []
      for folder in location.folders {
        images += try FileTree.images(below: "\(location.path)/\(folder)").map { "\(folder)/\($0)" }
      }
      guard !images.isEmpty else { throw .noImages(path: location.path) }
      return try FileDataset(
        path: location.path, images: images,
        ImageClasses(
          folders: location.folders, of: images, request.classMap, path: location.path))
    })
}
