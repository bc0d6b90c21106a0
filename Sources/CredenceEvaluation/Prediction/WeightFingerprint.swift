import CredenceFiles
@preconcurrency import Dispatch
import Foundation

/// The SHA-256 of a file, or of several one behind the other, computed on another thread.
final class WeightFingerprint: Sendable {
  private let group = DispatchGroup()
  // Written once, before the group is left; read after waiting for it.
  private nonisolated(unsafe) var result: Result<String, any Error> = .success("")

  init(_ files: [URL]) {
    DispatchQueue.global(qos: .utility).async(group: group) {
      self.result = Result {
        var hash = SHA256()
        for file in files {
          let handle = try FileHandle(forReadingFrom: file)
          defer { try? handle.close() }
          while let piece = try handle.read(upToCount: 1 << 22), !piece.isEmpty {
            hash.update(piece)
          }
        }
        return hash.hexadecimal()
      }
    }
  }

  /// The digest, in hexadecimal digits.
  ///
  /// - Throws: What reading the file throws.
  func hexadecimal() throws -> String {
    group.wait()
    return try result.get()
  }
}
