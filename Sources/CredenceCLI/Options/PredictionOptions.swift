public import ArgumentParser
public import Credence

/// How the command line names predictions and says what is open about them.
struct PredictionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a matrix of class scores holds, where its name leaves that open.",
      valueName: OutputKind.allCases.map(\.rawValue).joined(separator: "|")))
  var kind: OutputKind?

  @Option(
    help: ArgumentHelp(
      "What a stored array is, such as y_hat=logits; may be repeated.", valueName: "name=role"))
  var map: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Where labels come from: a .npy, .csv or .txt file, the samples_info.npz of an error analysis, or every:50 \
      (row i has class i / 50).
      """, valueName: "file|every:n"))
  var labels: String?

  /// The options of the reader.
  func readOptions() throws -> ReadOptions {
    var roles: [String: String] = [:]
    for entry in map {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("--map takes name=role, such as y_hat=logits; ‘\(entry)’ is none.")
      }
      roles[parts[0]] = parts[1]
    }
    return ReadOptions(kind: kind, map: roles, labels: try labelSource())
  }

  private func labelSource() throws -> LabelSource? {
    do {
      return try labels.map { try LabelSource(argument: $0) }
    } catch let error as PredictionFileError {
      throw ValidationError(
        "--labels: \(error.errorDescription ?? "") Give a file, or every:50.")
    }
  }

  /// Reads one source; what was left out is said on standard error.
  func read(_ argument: String) throws -> PredictionSet {
    let result = try PredictionReader.read(
      PredictionSource(argument: argument), options: readOptions())
    for warning in result.warnings { ErrorText.warn("\(argument): \(warning)") }
    return result.set
  }
}

extension OutputKind: ExpressibleByArgument {}
