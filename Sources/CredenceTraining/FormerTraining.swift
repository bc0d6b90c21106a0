import CredenceFiles
import Foundation

/// The files of an earlier training under the same name.
struct FormerTraining {
  private let files: [URL]
  private let state: URL

  /// Looks for files.
  init(_ files: TrainingFiles) {
    state = files.state
    let folder = state.deletingLastPathComponent()
    let stem = state.deletingPathExtension().lastPathComponent
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    self.files =
      names.filter { name in
        name.hasPrefix(stem) && Self.isPart(name.dropFirst(stem.count))
      }.sorted().map { folder.appendingPathComponent($0) } + Self.events(files.events)
  }

  /// What follows the name in checkpoints and the state.
  private static func isCheckpoint(_ end: Substring) -> Bool {
    guard end.hasPrefix("_"), let dot = end.lastIndex(of: ".") else { return end == ".state" }
    let mark = end[..<dot].dropFirst()
    return [".safetensors", ".model"].contains(String(end[dot...]))
      && (["best", "swag"].contains(String(mark)) || !mark.isEmpty && mark.allSatisfy(\.isNumber))
  }

  /// What follows the name in any of its files.
  private static func isPart(_ end: Substring) -> Bool {
    isCheckpoint(end) || ["_log.jsonl", "_log.csv", "_train_loss.json"].contains(String(end))
  }

  private static func events(_ folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("events.out.tfevents.") }.sorted()
      .map { folder.appendingPathComponent($0) }
  }

  /// Whether nothing of worth is there: logs alone are of a training that never stored its state.
  var isEmpty: Bool { !hasState && checkpointCount == 0 }

  var hasState: Bool { files.contains(state) }

  private var checkpointCount: Int {
    files.count { ["safetensors", "model"].contains($0.pathExtension) }
  }

  /// How far it came, in words: what its state says, or the number of its checkpoints.
  var description: String {
    guard hasState, let stored = try? Safetensors(contentsOf: state),
      let summary = TrainingStateSummary(stored.metadata)
    else {
      return checkpointCount == 1 ? "1 checkpoint" : "\(checkpointCount) checkpoints"
    }
    return summary.description
  }

  /// Removes all of its files, the state first: what is left of an interrupted removal can't be continued by mistake.
  ///
  /// - Throws: `FileError.unwritable`.
  func remove() throws(FileError) {
    for file in files.sorted(by: { $0 == state && $1 != state }) {
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw .unwritable(
          file: file.relativePath, reason: "The former one can't be removed.")
      }
    }
  }
}

/// The lock on a name: one process at a time trains it.
///
/// The system takes the lock back when a process ends, however it ends.
final class TrainingLock {
  private let handle: FileHandle

  /// Locks the folder of the training's events, so that no file stays behind.
  ///
  /// - Throws: `TrainingError.inUse`; `FileError.unwritable`.
  init(_ files: TrainingFiles) throws {
    let descriptor = open(files.events.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError.unwritable(
        file: files.events.relativePath, reason: String(cString: strerror(errno)))
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // File systems without locks must not keep anyone from training.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw TrainingError.inUse(
        name: files.name, folder: files.state.deletingLastPathComponent().relativePath)
    }
  }
}
