package import Foundation
private import Synchronization

/// The temporary files and folders of this process, so that an interruption can remove them.
package enum UnfinishedFiles {
  // The one piece of shared state: a signal reaches the process, not the writer.
  private static let paths = Mutex<Set<String>>([])

  /// Remembers a path until it is forgotten.
  package static func insert(_ url: URL) { paths.withLock { _ = $0.insert(url.path) } }

  /// Forgets a path that is finished or removed.
  package static func remove(_ url: URL) { paths.withLock { _ = $0.remove(url.path) } }

  /// Removes everything that is unfinished; nothing can be written after this.
  package static func discardAll() {
    paths.withLock { paths in
      for path in paths { try? FileManager.default.removeItem(atPath: path) }
      paths = []
    }
  }
}
