import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The folder in which files of a hub are kept, laid out as Python's `huggingface_hub` does.
///
/// ```
/// models--timm--resnet50.a1_in1k/
///   blobs/ETAG                    contents, each once
///   snapshots/COMMIT/config.json  a relative link to its content
///   refs/main                     the commit that a branch named last
///   .no_exist/COMMIT/FILE         an empty file for one that the commit lacks
/// .locks/models--timm--resnet50.a1_in1k/ETAG.lock
/// ```
struct HubCache: Sendable {
  let folder: URL
  let model: HubModel

  private var name: String { "models--" + model.name.replacing("/", with: "--") }
  private var repository: URL { folder.appendingPathComponent(name, isDirectory: true) }

  /// Where a content stands.
  func blob(_ tag: String) -> URL { repository.appendingPathComponent("blobs/\(tag)") }

  /// Where a file of a commit stands.
  func snapshot(_ commit: String, _ file: String) -> URL {
    repository.appendingPathComponent("snapshots/\(commit)/\(file)")
  }

  /// The lock that all programs take which write a content.
  func lock(_ tag: String) -> URL {
    folder.appendingPathComponent(".locks/\(name)/\(tag).lock")
  }

  private var reference: URL { repository.appendingPathComponent("refs/\(model.revision)") }

  /// The commit that is meant as far as is known here; `nil` where nothing is.
  var commit: String? {
    if model.isPinned { return model.revision }
    guard let text = try? String(contentsOf: reference, encoding: .utf8) else { return nil }
    let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return HubModel.isCommit(commit) ? commit : nil
  }

  /// A file of a commit, if it is there.
  func file(_ name: String, of commit: String) -> URL? {
    let url = snapshot(commit, name)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  /// Whether a commit is known to lack a file.
  func lacks(_ name: String, in commit: String) -> Bool {
    FileManager.default.fileExists(atPath: absence(name, commit).path)
  }

  private func absence(_ name: String, _ commit: String) -> URL {
    repository.appendingPathComponent(".no_exist/\(commit)/\(name)")
  }

  // MARK: Writing

  /// Remembers which commit the revision names.
  ///
  /// - Throws: `HubError.unwritable`.
  func remember(_ commit: String) throws(HubError) {
    guard !model.isPinned, self.commit != commit else { return }
    try makeFolder(of: reference)
    do {
      try Data(commit.utf8).write(to: reference, options: .atomic)
    } catch {
      throw .unwritable(path: reference.path, reason: error.localizedDescription)
    }
  }

  /// Remembers that a commit lacks a file.
  ///
  /// - Throws: `HubError.unwritable`.
  func rememberAbsence(of name: String, in commit: String) throws(HubError) {
    let url = absence(name, commit)
    try makeFolder(of: url)
    do {
      try Data().write(to: url)
    } catch {
      throw .unwritable(path: url.path, reason: error.localizedDescription)
    }
  }

  /// Makes the folder of a file, and marks a new cache as one for backup programs.
  ///
  /// - Throws: `HubError.unwritable`.
  func makeFolder(of url: URL) throws(HubError) {
    let manager = FileManager.default
    do {
      try manager.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let tag = folder.appendingPathComponent("CACHEDIR.TAG")
      if !manager.fileExists(atPath: tag.path) {
        try Data("Signature: 8a477f597d28d172789f06886806bc55\n".utf8).write(to: tag)
      }
    } catch {
      throw .unwritable(
        path: url.deletingLastPathComponent().path, reason: error.localizedDescription)
    }
  }

  /// Lets a file of a commit be a content that is there.
  ///
  /// The link is relative, so that the cache can be moved. Where the disk knows no links, the content itself is put there.
  ///
  /// - Returns: The file.
  /// - Throws: `HubError.unwritable`.
  func link(_ name: String, of commit: String, to tag: String) throws(HubError) -> URL {
    let url = snapshot(commit, name)
    try makeFolder(of: url)
    // Out of the file's own folders, of the commit's and of ‘snapshots’.
    let depth = name.split(separator: "/").count + 1
    let target = String(repeating: "../", count: depth) + "blobs/\(tag)"
    let temporary = url.path + ".\(UInt64.random(in: 0 ... .max)).tmp"
    if symlink(target, temporary) == 0 {
      guard rename(temporary, url.path) == 0 else {
        let reason = String(cString: strerror(errno))
        unlink(temporary)
        throw .unwritable(path: url.path, reason: reason)
      }
      return url
    }
    guard rename(blob(tag).path, url.path) == 0 else {
      throw .unwritable(path: url.path, reason: String(cString: strerror(errno)))
    }
    return url
  }
}
