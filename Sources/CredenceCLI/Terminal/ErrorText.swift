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
    StandardError.writeLine("credence: " + printable("\(prefix)\(sentences(error))"))
  }

  static func warn(_ text: String) {
    StandardError.writeLine("credence: warning: " + printable(text))
  }

  /// The text with characters that would steer the terminal replaced; names of files may hold any.
  static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
      scalars.append(isControl ? "\u{FFFD}" : scalar)
    }
    return String(scalars)
  }
}
