import Foundation

/// Lists folders in an order that depends on names alone.
enum FileTree {
  /// What stands directly in a folder, names that start with a point left out.
  struct Content {
    /// Names in the order of their bytes.
    var files: [String] = []
    var folders: [String] = []
  }

  /// The deepest folder that is entered; links can lead round in circles.
  private static let deepest = 32

  /// Lists one folder; links count as what they lead to.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func content(of folder: String) throws(DatasetError) -> Content {
    guard let directory = opendir(folder) else {
      throw .unreadable(path: folder, reason: "\(String(cString: strerror(errno))).")
    }
    defer { closedir(directory) }
    var content = Content()
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee))
        { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_DIR): content.folders.append(name)
      case Int32(DT_REG): content.files.append(name)
      default:
        var status = stat()
        guard stat("\(folder)/\(name)", &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
          content.folders.append(name)
        } else if status.st_mode & S_IFMT == S_IFREG {
          content.files.append(name)
        }
      }
    }
    content.files.sort(by: precedes)
    content.folders.sort(by: precedes)
    return content
  }

  /// The paths of all images below a folder, relative to it: folder by folder in the order of their paths.
  ///
  /// - Throws: `DatasetError.unreadable`.
  static func images(below root: String) throws(DatasetError) -> [String] {
    var listed: [(folder: String, images: [String])] = []
    var pending = [(folder: "", depth: 0)]
    while let (folder, depth) = pending.popLast() {
      let content = try content(of: folder.isEmpty ? root : "\(root)/\(folder)")
      let prefix = folder.isEmpty ? "" : folder + "/"
      listed.append((folder, content.files.filter(ImageFormat.isImage).map { prefix + $0 }))
      if depth < deepest {
        pending += content.folders.map { (prefix + $0, depth + 1) }
      }
    }
    return listed.sorted { precedes($0.folder, $1.folder) }.flatMap(\.images)
  }

  /// The order of bytes, in which Python sorts, too.
  static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
