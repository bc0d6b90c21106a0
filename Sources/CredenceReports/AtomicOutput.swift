import CredencePredictions
public import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A folder into which files are written whole or not at all.
///
/// Everything is first written to a hidden folder beside its place, then renamed into it: a reader, a full disk or an interruption
/// never meets half a file.
public struct AtomicOutput: Sendable {
  public let folder: URL

  /// Checks that files can be written, without writing any.
  ///
  /// - Parameter folder: Made when the first files are written.
  /// - Throws: `ReportError.unwritable` where it is a file, or may not be written or made.
  public init(folder: URL) throws {
    self.folder = folder.standardizedFileURL
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    var ancestor = self.folder
    while !manager.fileExists(atPath: ancestor.path, isDirectory: &isFolder) {
      let parent = ancestor.deletingLastPathComponent()
      guard parent.path != ancestor.path else { break }
      ancestor = parent
    }
    guard isFolder.boolValue else {
      throw ReportError.unwritable(
        path: folder.path, reason: "‘\(ancestor.path)’ is a file, not a folder.")
    }
    guard manager.isWritableFile(atPath: ancestor.path) else {
      throw ReportError.unwritable(
        path: folder.path, reason: "The folder ‘\(ancestor.path)’ may not be written.")
    }
  }

  /// Writes files, replacing those of the same name.
  ///
  /// - Parameter files: Contents by name; a name may begin with folders, as in `charts/roc.png`.
  /// - Throws: `ReportError.unwritable`; then no file was left behind, and none that existed was changed.
  public func write(_ files: [String: Data]) throws {
    let manager = FileManager.default
    let targets = files.keys.sorted().map { (name: $0, url: folder.appendingPathComponent($0)) }
    for target in targets {
      var isFolder: ObjCBool = false
      if manager.fileExists(atPath: target.url.path, isDirectory: &isFolder), isFolder.boolValue {
        throw ReportError.unwritable(path: target.url.path, reason: "A folder has that name.")
      }
    }
    var made: [URL] = []
    var moved: [(target: URL, former: URL)] = []
    let staging = folder.appendingPathComponent(".credence-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: staging) }
    UnfinishedFiles.insert(staging)
    defer { UnfinishedFiles.remove(staging) }
    do {
      made += try Self.makeFolder(staging)
      for (index, target) in targets.enumerated() {
        try (files[target.name] ?? Data())
          .write(to: staging.appendingPathComponent("new-\(index)"))
        made += try Self.makeFolder(target.url.deletingLastPathComponent())
      }
      for (index, target) in targets.enumerated() {
        // A second name for what is replaced, should a later file fail.
        let former = staging.appendingPathComponent("former-\(index)")
        link(target.url.path, former.path)
        try Self.move(staging.appendingPathComponent("new-\(index)"), to: target.url)
        moved.append((target.url, former))
      }
    } catch {
      for (target, former) in moved.reversed() {
        let isRestored = rename(former.path, target.path) == 0
        if !isRestored { unlink(target.path) }
      }
      try? manager.removeItem(at: staging)
      // Innermost first; a folder that holds anything stays.
      for folder in made.reversed() { rmdir(folder.path) }
      if let error = error as? ReportError { throw error }
      throw ReportError.unwritable(path: folder.path, reason: error.localizedDescription)
    }
  }

  /// Makes a folder and those above it.
  ///
  /// - Parameter folder: May exist already.
  /// - Returns: The folders that were made, outermost first.
  /// - Throws: Foundation's error where one can't be made.
  private static func makeFolder(_ folder: URL) throws -> [URL] {
    var missing: [URL] = []
    var ancestor = folder
    while !FileManager.default.fileExists(atPath: ancestor.path), ancestor.path != "/" {
      missing.insert(ancestor, at: 0)
      ancestor = ancestor.deletingLastPathComponent()
    }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return missing
  }

  /// Puts a file in its place in one step.
  private static func move(_ source: URL, to target: URL) throws {
    guard rename(source.path, target.path) != 0 else { return }
    throw ReportError.unwritable(path: target.path, reason: String(cString: strerror(errno)) + ".")
  }
}
