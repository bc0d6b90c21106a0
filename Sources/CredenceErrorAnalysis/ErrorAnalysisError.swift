import CredenceFiles
public import Foundation

/// Why mistakes can't be analyzed.
public enum ErrorAnalysisError: LocalizedError, Hashable, Sendable {
  /// Something that the analysis needs is not there.
  case missing(KnowledgeInput, looked: [String])
  /// An entry of a file that is not what it must be.
  case badEntry(file: String, entry: String, problem: String)
  /// Arrays or lists that belong together and do not fit.
  case mismatch(file: String, problem: String)
  /// A word that is none of the known ones.
  case unknown(kind: String, name: String, known: [String])
  /// A sample without a feature vector or a prompt without one.
  case missingFeatures(kind: String, count: Int, total: Int, example: String, file: String)
  /// A prediction and a target that share a superclass, for which no proposals are made.
  case sharedSuperclass(prediction: String, target: String)
  /// The table of a model that was made from other inputs.
  case outdatedTable(file: String, changed: [String])
  /// A data set of which no mistakes have been analyzed.
  case notAnalyzed(folder: String)
  /// A setting that makes no sense with another.
  case conflict(String)

  public var errorDescription: String? { printable(what) }

  private var what: String {
    switch self {
    case .missing(let input, _): "\(input.title) are missing."
    case .badEntry(let file, let entry, let problem): "‘\(file)’, \(entry): \(problem)."
    case .mismatch(let file, let problem): "‘\(file)’ does not fit: \(problem)."
    case .unknown(let kind, let name, _): "There is no \(kind) ‘\(name)’."
    case .missingFeatures(let kind, let count, let total, let example, let file):
      "‘\(file)’ lacks the features of \(count) of \(total) \(kind), such as ‘\(example)’."
    case .sharedSuperclass(let prediction, let target):
      "‘\(prediction)’ and ‘\(target)’ share a superclass."
    case .outdatedTable(let file, let changed):
      "‘\(file)’ was made from other inputs: \(changed.joined(separator: ", "))."
    case .notAnalyzed(let folder): "No model of ‘\(folder)’ has been analyzed."
    case .conflict(let text): text
    }
  }

  public var failureReason: String? { printable(why) }

  private var why: String {
    switch self {
    case .missing(let input, let looked):
      "\(input.purpose) Looked for: \(looked.isEmpty ? "nothing" : looked.joined(separator: ", "))."
    case .badEntry: "The file is damaged, or of another form than expected."
    case .mismatch: "Predictions, samples and what is known of them must be of the same images."
    case .unknown(_, _, let known):
      known.isEmpty
        ? "None is known."
        : "Known: \(known.prefix(12).joined(separator: ", "))"
          + (known.count > 12 ? ", … (\(known.count))." : ".")
    case .missingFeatures:
      "Each image and each prompt needs its feature vector of the same network."
    case .sharedSuperclass:
      "Such a mistake is fine-grained, and the target itself would be proposed."
    case .outdatedTable: "Kinds of mistakes depend on all of them."
    case .notAnalyzed: "Statistics and lists are made from the tables that the analysis writes."
    case .conflict: "The settings contradict one another."
    }
  }

  public var recoverySuggestion: String? { printable(whatToDo) }

  private var whatToDo: String {
    switch self {
    case .missing(let input, _): "\(input.source) \(input.without)"
    case .badEntry: "Correct that entry, or fetch the file again."
    case .mismatch: "Make the file again for these images."
    case .unknown(_, let name, let known):
      nearestName(to: name, in: known).map { "Did you mean ‘\($0)’?" } ?? "Check the spelling."
    case .missingFeatures:
      "Make the missing ones with ‘credence errors features’, or leave the stage out with --without-oov."
    case .sharedSuperclass: "Ask for a prediction of another superclass than the target's."
    case .notAnalyzed:
      "Run ‘credence errors analyze’ first, with the same --artefacts and --dataset."
    case .outdatedTable: "Run ‘credence errors analyze’ again."
    case .conflict: "Leave one of them out."
    }
  }
}
