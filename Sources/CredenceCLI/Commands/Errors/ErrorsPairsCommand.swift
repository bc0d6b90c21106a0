import ArgumentParser
import Credence
import Foundation

/// The command `credence errors pairs`.
struct ErrorsPairsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Counts the pairs of co-occurring classes that appear as a mistake.",
    discussion: """
      Prints the published line. With --details every pair, most frequent first: how often models answered one of the \
      classes where the other is a correct label.

      Examples:
        credence errors pairs
        credence errors pairs --details --limit 20
        credence errors pairs --format csv > pairs.csv
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Flag(help: "Also list the pairs.")
  var details = false

  @Option(help: ArgumentHelp("Pairs in the list of --details.", valueName: "n"))
  var limit = 40

  @Option(
    help: ArgumentHelp(
      "How the pairs are printed; CSV and JSON have all.", valueName: ErrorListFormat.valueName))
  var format = ErrorListFormat.table

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit is \(limit); it must be 0 or more.") }
  }

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let models = try AnalyzedModels(knowledge, progress)
    models.nameRefused()
    progress.enter("counting pairs")
    let pairs = try SpuriousPairs(in: models.tables, knowledge: models.knowledge)
    progress.finish()
    switch format {
    case .table:
      try StandardOutput.write(details ? pairs.table(limit: limit) : pairs.text)
    case .csv: try StandardOutput.write(pairs.csv())
    case .json: try StandardOutput.write(pairs.json())
    }
    try models.exit()
  }
}
