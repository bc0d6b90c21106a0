import Foundation

/// Where results go.
enum StandardOutput {
  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}

/// Where errors, warnings and notices go.
enum StandardError {
  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
  static func writeLine(_ text: String) { write(text + "\n") }
}
