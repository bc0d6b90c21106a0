import Foundation

/// Files side by side: in a folder, or in a tar archive that is read in place.
struct FileCollection: Sendable {
  let path: String
  /// The files' names without folders, in the order of their bytes.
  let names: [String]
  private let members: [String: Range<Int>]
  private let archive: Data

  /// The files of a folder or of an archive.
  ///
  /// - Throws: `DatasetError`.
  init(_ location: DatasetLocation) throws(DatasetError) {
    path = location.path
    if location.isFolder {
      names = location.files
      members = [:]
      archive = Data()
      return
    }
    archive = try FileContent.bytes(of: location.path)
    var members: [String: Range<Int>] = [:]
    for member in try TarArchive(archive, file: location.path).members {
      let name = (member.path as NSString).lastPathComponent
      guard !name.hasPrefix(".") else { continue }
      guard members.updateValue(member.range, forKey: name) == nil else {
        throw .malformed(
          file: location.path, format: "tar", problem: "it holds two files ‘\(name)’")
      }
    }
    self.members = members
    names = members.keys.sorted(by: FileTree.precedes)
  }

  /// A single file.
  init(file: String) {
    path = (file as NSString).deletingLastPathComponent
    names = [(file as NSString).lastPathComponent]
    members = [:]
    archive = Data()
  }

  /// A file's name in errors, and where it is in a folder.
  func path(of name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

  /// The bytes of a file, decompressed.
  ///
  /// - Throws: `DatasetError`.
  func bytes(of name: String) throws(DatasetError) -> Data {
    guard let range = members[name] else { return try FileContent.bytes(of: path(of: name)) }
    return archive[archive.startIndex + range.lowerBound..<archive.startIndex + range.upperBound]
  }
}
