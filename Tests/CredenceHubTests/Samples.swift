import CredenceFiles
import CredenceHub
import FileSupport
import Foundation

/// Bytes that depend on a seed alone.
func content(_ count: Int, seed: UInt64 = 1) -> Data {
  var generator = SplitMix64(seed: seed)
  return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
}

func sha256(_ data: Data) -> String {
  var hash = SHA256()
  hash.update(data)
  return hash.hexadecimal()
}

extension Download.Retries {
  /// Retries that don't keep a test waiting.
  static var quick: Self {
    var retries = Self()
    retries.pause = .milliseconds(1)
    return retries
  }
}

/// The error that the body throws; `nil` where it throws none or one of another type.
func hubError(_ body: () async throws -> Void) async -> HubError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? HubError
  }
}

/// The names of the files in a folder, hidden ones included.
func names(in folder: URL) throws -> Set<String> {
  Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
}
