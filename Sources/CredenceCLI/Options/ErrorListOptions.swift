import ArgumentParser
import Credence
import Foundation

/// How a result of the error analysis is printed.
enum ErrorListFormat: String, CaseIterable, ExpressibleByArgument {
  case table
  case csv
  case json

  static let valueName = allCases.map(\.rawValue).joined(separator: "|")
}

/// What the commands that read analyzed models share.
struct AnalyzedModels {
  let knowledge: ErrorKnowledge
  let tables: [ErrorTable]
  let refused: [ErrorTableFolder.Refusal]

  /// Opens what is known and the tables of models.
  ///
  /// - Throws: `ErrorAnalysisError`, also where no model has been analyzed; `FileError`.
  init(
    _ options: ErrorKnowledgeOptions, models: [String] = [],
    for purpose: ErrorKnowledge.Purpose = .statistics, _ progress: Progress
  ) throws {
    let inputs = options.inputs.followingAnalysis()
    progress.enter("opening the inputs of \(inputs.dataset)")
    knowledge = try ErrorKnowledge(opening: inputs, for: purpose)
    progress.enter("reading tables")
    (tables, refused) = try ErrorTableFolder(inputs).tables(knowledge, models: models)
    if tables.isEmpty, refused.isEmpty {
      throw MistakeStatisticsError.nothingToCount(dataset: inputs.dataset)
    }
  }

  /// Names the models whose tables can't be used.
  func nameRefused() {
    for refusal in refused { ErrorText.write(refusal.error, about: refusal.model) }
  }

  /// Ends with status 2 where models were left out, 1 where all were.
  func exit() throws {
    if tables.isEmpty { throw ExitCode(1) }
    if !refused.isEmpty { throw ExitCode(2) }
  }
}
