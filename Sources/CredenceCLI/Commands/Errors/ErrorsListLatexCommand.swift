import ArgumentParser
import Credence
import Foundation

/// The command `credence errors list-latex`.
struct ErrorsListLatexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list-latex",
    abstract: "Lists models and superclasses as the publication prints them.",
    discussion: """
      Replaces list_latex.py. LaTeX goes to standard output, models_summary.csv to the folder of --output.

      Examples:
        credence errors list-latex --models-summary-latex
        credence errors list-latex --models_summary_csv --output results
        credence errors list-latex --superclasses --superclasses-file superclasses.json
      """)

  @Flag(
    name: [.customLong("models-summary-latex"), .customLong("models_summary_latex")],
    help: "Print the rows of a LaTeX table with all models.")
  var modelsLatex = false

  @Flag(
    name: [.customLong("models-summary-csv"), .customLong("models_summary_csv")],
    help: "Write models_summary.csv.")
  var modelsCSV = false

  @Flag(help: "Print a LaTeX list of all superclasses.")
  var superclasses = false

  @Option(
    help: ArgumentHelp("Also write superclasses as plain text to this file.", valueName: "file"))
  var superclassesTxt: String?

  @Option(
    help: ArgumentHelp(
      "Superclasses in the published form; those of the artefacts, or those that come with Credence, unless given.",
      valueName: "file"))
  var superclassesFile: String?

  @Option(
    name: .customLong("wordnet"),
    help: ArgumentHelp("WordNet 3.0's folder or its data.noun.", valueName: "path"))
  var wordNet: String?

  @Option(help: ArgumentHelp("The data set whose models are listed.", valueName: "name"))
  var dataset = "imagenet"

  @Option(help: ArgumentHelp("Where samples, predictions and results are.", valueName: "dir"))
  var artefacts = "artefacts"

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("Where models_summary.csv goes.", valueName: "dir"))
  var output = "."

  func validate() throws {
    guard modelsLatex || modelsCSV || superclasses || superclassesTxt != nil else {
      throw ValidationError(
        "Say what to list: --models-summary-latex, --models-summary-csv, --superclasses or --superclasses-txt FILE."
      )
    }
  }

  func run() throws {
    var inputs = ErrorAnalysisInputs()
    inputs.artefacts = artefacts
    inputs.dataset = dataset
    inputs.wordNet = .init(path: wordNet)
    inputs.superclasses = .init(path: superclassesFile)
    if modelsLatex || modelsCSV {
      let folder = ErrorTableFolder(inputs)
      let models = try folder.models().map { try folder.record(of: $0) }
      guard !models.isEmpty else { throw MistakeStatisticsError.noModels(dataset: dataset) }
      if modelsLatex { try StandardOutput.write(ModelListing.latex(models)) }
      if modelsCSV {
        try AtomicOutput(folder: URL(fileURLWithPath: output))
          .write([ModelListing.fileName: Data(ModelListing.csv(models).utf8)])
        StandardError.writeLine(
          "Table: \(URL(fileURLWithPath: output).appendingPathComponent(ModelListing.fileName).relativePath)"
        )
      }
    }
    guard superclasses || superclassesTxt != nil else { return }
    let listing = try SuperclassListing(opening: inputs)
    StandardError.writeLine("Superclasses: \(listing.superclasses.source)")
    if superclasses { try StandardOutput.write(listing.latex) }
    if let superclassesTxt {
      let url = URL(fileURLWithPath: superclassesTxt)
      try AtomicOutput(folder: url.deletingLastPathComponent())
        .write([url.lastPathComponent: Data(listing.text.utf8)])
    }
  }
}
