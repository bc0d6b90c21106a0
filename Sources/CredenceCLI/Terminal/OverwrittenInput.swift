import Credence
import Foundation

/// An output that would take the place of an input.
struct OverwrittenInput: LocalizedError {
  let path: String

  var errorDescription: String? { "‘\(path)’ is read and would be overwritten." }
  var failureReason: String? { "The output has the path of an input, perhaps through a link." }
  var recoverySuggestion: String? { "Choose another file with --output." }

  /// Compares an output with the inputs of a command, links resolved.
  ///
  /// - Throws: `OverwrittenInput`.
  static func check(_ output: URL, inputs: [String]) throws {
    let target = output.resolvingSymlinksInPath().standardizedFileURL.path
    for input in inputs {
      let source = try PredictionSource(argument: input)
      let files = (source.url.map { [$0] } ?? []) + source.parts.map(\.url)
      if files.contains(where: { $0.resolvingSymlinksInPath().standardizedFileURL.path == target })
      {
        throw OverwrittenInput(path: output.relativePath)
      }
    }
  }
}
