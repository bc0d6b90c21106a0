import ArgumentParser
import Credence
import Foundation

/// The command `credence errors analyze`.
struct ErrorsAnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Finds out what kind of mistake each one is.",
    discussion: """
      Reads the predicted classes of all models below the artefacts, decides each distinct mistake once, and writes a \
      table to each model's folder. A table is used again as long as nothing that it was made from has changed, so that \
      a further model costs itself alone. ‘credence errors prepare’ says what is needed.

      Models that can't be read are named and left out; then the command ends with status 2.

      Examples:
        credence errors analyze
        credence errors analyze --dataset imagenet-a timm/resnet50.a1_in1k
        credence errors analyze --without-oov
      """)

  @Argument(
    help: ArgumentHelp(
      "Models by name, or files with predictions; all models of the data set where none is named.",
      valueName: "model"))
  var models: [String] = []

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Flag(
    name: .customLong("perform_error_analysis"),
    help: "Accepted for the published command line; it changes nothing.")
  var performErrorAnalysis = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let progress = Progress()
    defer { progress.finish() }
    let inputs = knowledge.inputs
    progress.enter("opening the inputs of \(inputs.dataset)")
    let opened = try ErrorKnowledge(opening: inputs)
    let folder = ErrorTableFolder(inputs)
    let analysis = ErrorAnalysis(opened, folder: folder)
    let selected = try analysis.models(named: models)
    let result = try analysis.run(selected) { stage, done, total in
      progress.enter(stage, detail: "\(done) of \(total)")
    }
    progress.finish()
    knowledge.announce(opened)
    for refusal in result.refused { ErrorText.write(refusal.error, about: refusal.model) }
    let summary = AnalysisSummary(result, knowledge: opened)
    try StandardOutput.write(json ? summary.json() : summary.text)
    if result.tables.isEmpty { throw ExitCode(1) }
    if !result.refused.isEmpty { throw ExitCode(2) }
  }
}
