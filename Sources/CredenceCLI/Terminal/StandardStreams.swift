import Foundation

/// Where results go.
enum StandardOutput {
  /// Writes results.
  ///
  /// - Throws: `StreamError` where nobody reads any more or the disk is full.
  static func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw StreamError()
    }
  }
}

/// Standard output that can't be written.
struct StreamError: LocalizedError {
  var errorDescription: String? { "The results can't be written to standard output." }
  var failureReason: String? { "It is closed, or the disk is full." }
  var recoverySuggestion: String? { "Write them to a folder with --output." }
}

/// Where errors, warnings and notices go.
enum StandardError {
  static func write(_ text: String) {
    // Where not even this can be written, there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
  static func writeLine(_ text: String) { write(text + "\n") }
}
