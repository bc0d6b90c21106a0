public import ArgumentParser
public import Credence
import Foundation

/// The command `credence errors summarize`.
struct ErrorsSummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize",
    abstract: "Counts the mistakes of all analyzed models by kind and by group of classes.",
    discussion: """
      Writes stats-DATASET/non_problematic_stats_GROUP.csv with the published columns for the groups all, organism, \
      artifact and other, and prints one of them. ‘credence errors analyze’ comes first.

      For imagenet-a the columns imagenet_… come from the analysis of imagenet below the same artefacts.

      Examples:
        credence errors summarize
        credence errors summarize --dataset imagenet-a --output results --group organism
        credence errors summarize --format json
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("Where the folder stats-DATASET goes.", valueName: "dir"))
  var output = "."

  @Option(
    help: ArgumentHelp(
      "The group that is printed.",
      valueName: ClassGroup.allCases.map(\.rawValue).joined(separator: "|")))
  var group = ClassGroup.all

  @Option(help: ArgumentHelp("Models in the printed table.", valueName: "n"))
  var limit = 40

  @Option(
    help: ArgumentHelp(
      "How the numbers are printed; JSON has all groups.", valueName: ErrorListFormat.valueName))
  var format = ErrorListFormat.table

  @Flag(
    name: .customLong("collect_results"),
    help: "Accepted for the published command line; it changes nothing.")
  var collectResults = false

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit is \(limit); it must be 0 or more.") }
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let folder = try AtomicOutput(folder: URL(fileURLWithPath: output))
    let models = try AnalyzedModels(knowledge, progress)
    models.nameRefused()
    progress.enter("counting")
    let statistics = try Self.statistics(models, knowledge.inputs)
    try Self.write(statistics, to: folder)
    progress.finish()
    knowledge.announce(models.knowledge)
    switch format {
    case .table: try StandardOutput.write(statistics.table(group: group.rawValue, limit: limit))
    case .csv: try StandardOutput.write(statistics.csv(group: group.rawValue))
    case .json: try StandardOutput.write(statistics.json())
    }
    if format != .table { for warning in statistics.warnings { ErrorText.warn(warning) } }
    for name in statistics.csvFiles.keys.sorted() {
      StandardError.writeLine(
        "Table: \(URL(fileURLWithPath: output).appendingPathComponent(name).relativePath)")
    }
    try models.exit()
  }

  /// Counts all groups; tables of other data sets with ImageNet's classes also get ImageNet's own accuracies.
  static func statistics(
    _ models: AnalyzedModels, _ inputs: ErrorAnalysisInputs
  ) throws -> MistakeStatistics {
    try MistakeStatistics(of: models.tables, knowledge: models.knowledge, inputs: inputs)
  }

  static func write(_ statistics: MistakeStatistics, to folder: AtomicOutput) throws {
    try folder.write(statistics.csvFiles.mapValues { Data($0.utf8) })
  }
}

extension ClassGroup: ExpressibleByArgument {}
