import ArgumentParser
import Credence
import Foundation

/// The command `credence models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Lists the networks that Credence knows, and their published weights.",
    discussion: """
      Without a name every architecture, one a line: parameters, input and the weights that the plain name means. With \
      words or patterns those that contain or match them; --weights shows all weights of each.

      Examples:
        credence models resnet50 --weights
        credence models 'vit_*384*'
        credence models --family ConvNeXt --format csv
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case csv
    case json
  }

  @Argument(
    help: ArgumentHelp("Words that names contain, or patterns such as 'vit_*'.", valueName: "words")
  )
  var words: [String] = []

  @Option(help: ArgumentHelp("Only this family.", valueName: "name"))
  var family: String?

  @Flag(help: "Every set of published weights, not only the default one.")
  var weights = false

  @Option(
    help: ArgumentHelp(
      "How the list is printed.",
      valueName: Format.allCases.map(\.rawValue).joined(separator: "|")))
  var format = Format.table

  func run() throws {
    let list = try ModelList(words: words, family: family, listsAllWeights: weights)
    guard !list.rows.isEmpty else {
      throw ModelError.unknownModel(
        name: words.joined(separator: " "),
        suggestions: ModelList.suggestions(for: words.first ?? family ?? ""))
    }
    switch format {
    case .table: try StandardOutput.write(list.table())
    case .csv: try StandardOutput.write(list.csv())
    case .json: try StandardOutput.write(list.json() + "\n")
    }
  }
}
