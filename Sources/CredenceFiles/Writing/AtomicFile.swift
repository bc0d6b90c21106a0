package import Foundation

/// A file that appears whole or not at all: written beside its place, then renamed.
package final class AtomicFile {
  private let target: URL
  private let temporary: URL
  private let handle: FileHandle
  private var isFinished = false
  /// The file's name in errors.
  package var name: String { target.relativePath }
  /// Bytes written so far.
  package private(set) var count = 0

  /// Opens a temporary file in the folder of the target.
  ///
  /// - Throws: `FileError.unwritable`.
  package init(_ target: URL) throws(FileError) {
    self.target = target
    let name = ".\(target.lastPathComponent).\(UInt64.random(in: 0 ... .max)).tmp"
    temporary = target.deletingLastPathComponent().appendingPathComponent(name)
    let file = target.relativePath
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: target.path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      throw .unwritable(file: file, reason: "This is a folder.")
    }
    UnfinishedFiles.insert(temporary)
    guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
      throw .unwritable(file: file, reason: "No file can be made in its folder.")
    }
    do {
      handle = try FileHandle(forWritingTo: temporary)
    } catch {
      throw .unwritable(file: file, reason: error.localizedDescription)
    }
  }

  deinit {
    if !isFinished {
      try? handle.close()
      try? FileManager.default.removeItem(at: temporary)
      UnfinishedFiles.remove(temporary)
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileError.unwritable`.
  package func write(_ bytes: some DataProtocol) throws(FileError) {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw .unwritable(file: target.relativePath, reason: error.localizedDescription)
    }
    count += bytes.count
  }

  /// Replaces bytes that have been written.
  ///
  /// - Throws: `FileError.unwritable`.
  package func replace(at offset: Int, _ bytes: some DataProtocol) throws(FileError) {
    do {
      try handle.seek(toOffset: UInt64(offset))
      try handle.write(contentsOf: bytes)
      try handle.seek(toOffset: UInt64(count))
    } catch {
      throw .unwritable(file: target.relativePath, reason: error.localizedDescription)
    }
  }

  /// Puts the file in its place, over one that is there.
  ///
  /// - Throws: `FileError.unwritable`.
  package func finish() throws(FileError) {
    do {
      try handle.close()
    } catch {
      throw .unwritable(file: target.relativePath, reason: error.localizedDescription)
    }
    guard rename(temporary.path, target.path) == 0 else {
      throw .unwritable(
        file: target.relativePath, reason: String(cString: strerror(errno)))
    }
    isFinished = true
    UnfinishedFiles.remove(temporary)
  }
}
