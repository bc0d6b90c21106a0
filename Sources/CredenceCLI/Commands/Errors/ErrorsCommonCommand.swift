import ArgumentParser
import Credence
import Foundation

/// The command `credence errors common`.
struct ErrorsCommonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "common",
    abstract: "Lists the mistakes of one kind that most models make.",
    discussion: """
      The published listing: images on which many models see the same wrong class, most frequent first, each image \
      once. fg-OOV also prints what the image was found to show, for which CLIP's features must be there.

      Examples:
        credence errors common --error-type model_failure
        credence errors common --error_type fg-OOV --limit 100
        credence errors common --error-type spurious_correlation --format csv > spurious.csv
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Option(
    name: [.customLong("error-type"), .customLong("error_type")],
    help: ArgumentHelp("The kind of mistakes.", valueName: ListedErrorType.valueName))
  var errorType: ListedErrorType

  @Option(
    help: ArgumentHelp(
      "How many mistakes are walked over, those on images that are listed already included.",
      valueName: "n"))
  var limit = CommonMistakes.publishedLimit

  @Option(
    help: ArgumentHelp(
      "How the mistakes are printed: the published text, or a table.",
      valueName: ErrorListFormat.valueName))
  var format = ErrorListFormat.table

  @Flag(
    name: .customLong("list_most_common_errors"),
    help: "Accepted for the published command line; it changes nothing.")
  var listMostCommonErrors = false

  func validate() throws {
    guard limit >= 1 else { throw ValidationError("--limit is \(limit); it must be 1 or more.") }
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let models = try AnalyzedModels(knowledge, for: errorType.purpose, progress)
    models.nameRefused()
    progress.enter("listing")
    let common = try CommonMistakes(
      errorType.type, in: models.tables, classifier: ErrorClassifier(models.knowledge),
      limit: limit)
    progress.finish()
    switch format {
    case .table: try StandardOutput.write(common.text)
    case .csv: try StandardOutput.write(common.csv())
    case .json: try StandardOutput.write(common.json())
    }
    try models.exit()
  }
}

/// A kind of mistakes by its published name.
struct ListedErrorType: ExpressibleByArgument {
  let type: ErrorType

  init?(argument: String) {
    guard let type = ErrorType.mistakes.first(where: { $0.listingName == argument }) else {
      return nil
    }
    self.type = type
  }

  static let allValueStrings = ErrorType.mistakes.compactMap(\.listingName)
  static let valueName = allValueStrings.joined(separator: "|")

  /// Only mistakes out of vocabulary are decided again, to say what was found.
  var purpose: ErrorKnowledge.Purpose { type == .outOfVocabulary ? .decisions : .statistics }
}
