package import Foundation

/// Opens files as memory: pages are read when touched and can be given back at any time.
package enum MappedFile {
  /// The bytes of a regular file, not copied.
  ///
  /// - Throws: `FileError.unreadable` for a path that is absent, no regular file, or forbidden.
  package static func bytes(of url: URL) throws(FileError) -> Data {
    let path = url.resolvingSymlinksInPath().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadable(file: url.relativePath, reason: "There is no such file.")
    }
    guard !isFolder.boolValue else {
      throw .unreadable(file: url.relativePath, reason: "This is a folder.")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw .unreadable(
        file: url.relativePath, reason: "This is not a regular file; only those can be mapped.")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .unreadable(file: url.relativePath, reason: error.localizedDescription)
    }
  }
}
