import Foundation

/// Errors as the user reads them: what happened, why, what to do.
enum ErrorText {
  static func sentences(_ error: any Error) -> String {
    guard let error = error as? any LocalizedError else { return error.localizedDescription }
    return [error.errorDescription, error.failureReason, error.recoverySuggestion]
      .compactMap { $0 }.joined(separator: " ")
  }

  /// Writes an error to standard error.
  static func write(_ error: any Error, about subject: String? = nil) {
    let prefix = subject.map { "\($0): " } ?? ""
    StandardError.writeLine("credence: \(prefix)\(sentences(error))")
  }

  static func warn(_ text: String) { StandardError.writeLine("credence: warning: \(text)") }
}
