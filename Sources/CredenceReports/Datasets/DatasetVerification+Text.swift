public import CredenceData
import Foundation

extension DatasetVerification {
  /// A line for each file, and what it means at the end.
  ///
  /// - Returns: Text that ends with a line break.
  public func text() -> String {
    let width = files.map { TerminalText.width(TerminalText.sanitized($0.name)) }.max() ?? 0
    var lines = files.map { file in
      let name = TerminalText.padded(TerminalText.sanitized(file.name), to: width)
      return "\(name)  \(Self.words(file))"
    }
    let title = TerminalText.sanitized(name)
    if files.isEmpty {
      lines.append("\(title): there are no published files.")
    } else if isComplete {
      lines.append("\(title): every file is there, and none is wrong.")
    } else {
      lines.append("\(title): \(wrong.count) wrong, \(missing.count) missing of \(files.count).")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func words(_ file: File) -> String {
    switch file.state {
    case .correct: "correct"
    case .repacked: "correct (packed differently)"
    case .other: "not the published file (\(file.found)), which is allowed: it can be made anew"
    case .wrong: "WRONG: \(file.found), not \(file.expected)"
    case .unchecked: "there; no checksum is published"
    case .missing: "missing"
    }
  }
}

extension [DatasetVerification] {
  /// The results as JSON in the schema `credence.verification/1`, with sorted keys and no line break at the end.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String {
    let text = try JSONText.encode(
      VerificationDocument(schema: "credence.verification/1", datasets: self))
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

private struct VerificationDocument: Encodable {
  let schema: String
  let datasets: [DatasetVerification]
}
