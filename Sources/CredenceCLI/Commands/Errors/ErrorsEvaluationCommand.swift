import ArgumentParser
import Credence
import Foundation

/// The command `credence errors evaluation`: the published program's command line.
struct ErrorsEvaluationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluation",
    abstract: "Takes the published command line of evaluation.py.",
    discussion: """
      Runs what is asked for in the published order: analyze, summarize, pairs, common. Each of these is a command of \
      its own with more options.

      Examples:
        credence errors evaluation --dataset imagenet --perform_error_analysis --collect_results
        credence errors evaluation --list_most_common_errors --error_type fg-OOV
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Flag(
    name: [.customLong("perform_error_analysis"), .customLong("perform-error-analysis")],
    help: "Find out what kind of mistake each one is.")
  var performErrorAnalysis = false

  @Flag(
    name: [.customLong("collect_results"), .customLong("collect-results")],
    help: "Write the four tables of stats-DATASET.")
  var collectResults = false

  @Flag(
    name: [
      .customLong("count_spurious_correlation_pairs"),
      .customLong("count-spurious-correlation-pairs"),
    ], help: "Count the pairs of co-occurring classes that appear as a mistake.")
  var countPairs = false

  @Flag(
    name: [.customLong("list_most_common_errors"), .customLong("list-most-common-errors")],
    help: "List the mistakes of --error_type that most models make.")
  var listMostCommonErrors = false

  @Option(
    name: [.customLong("error_type"), .customLong("error-type")],
    help: ArgumentHelp("The kind of mistakes.", valueName: ListedErrorType.valueName))
  var errorType: ListedErrorType?

  func validate() throws {
    guard performErrorAnalysis || collectResults || countPairs || listMostCommonErrors else {
      throw ValidationError(
        "Say what to do: --perform_error_analysis, --collect_results, --count_spurious_correlation_pairs or --list_most_common_errors."
      )
    }
    guard listMostCommonErrors == (errorType != nil) else {
      throw ValidationError(
        "--list_most_common_errors and --error_type belong together; the latter is one of "
          + "\(ListedErrorType.allValueStrings.joined(separator: ", ")).")
    }
  }

  func run() throws {
    let inputs = knowledge.inputs
    let progress = Progress()
    defer { progress.finish() }
    let folder = try AtomicOutput(folder: URL(fileURLWithPath: "."))
    var isPartial = false
    if performErrorAnalysis {
      progress.enter("opening the inputs of \(inputs.dataset)")
      let opened = try ErrorKnowledge(opening: inputs)
      let analysis = ErrorAnalysis(opened, folder: ErrorTableFolder(inputs))
      let result = try analysis.run(analysis.models()) { stage, done, total in
        progress.enter(stage, detail: "\(done) of \(total)")
      }
      progress.interrupt {
        knowledge.announce(opened)
        for refusal in result.refused { ErrorText.write(refusal.error, about: refusal.model) }
      }
      try StandardOutput.write(AnalysisSummary(result, knowledge: opened).text)
      if result.tables.isEmpty { throw ExitCode(1) }
      isPartial = !result.refused.isEmpty
    }
    guard collectResults || countPairs || listMostCommonErrors else {
      if isPartial { throw ExitCode(2) }
      return
    }
    let models = try AnalyzedModels(
      knowledge, for: errorType?.purpose ?? .statistics, progress)
    progress.interrupt { models.nameRefused() }
    if collectResults {
      progress.enter("counting")
      let statistics = try ErrorsSummarizeCommand.statistics(models, inputs)
      try ErrorsSummarizeCommand.write(statistics, to: folder)
      try StandardOutput.write(statistics.table())
    }
    if countPairs {
      try StandardOutput.write(
        SpuriousPairs(in: models.tables, knowledge: models.knowledge).text)
    }
    if let errorType {
      try StandardOutput.write(
        CommonMistakes(
          errorType.type, in: models.tables, classifier: ErrorClassifier(models.knowledge)
        ).text)
    }
    try models.exit()
    if isPartial { throw ExitCode(2) }
  }
}
