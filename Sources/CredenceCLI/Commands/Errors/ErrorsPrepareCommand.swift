import ArgumentParser
import Credence
import Foundation

/// The command `credence errors prepare`.
struct ErrorsPrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Says what is there of everything that the analysis of mistakes needs.",
    discussion: """
      Looks for every input, reads it, and says what is missing, which commands need it, where it comes from, and what \
      can be done without it. Ends with status 1 where mistakes can't be analyzed yet.

      With --check-superclasses it looks at a set of superclasses instead: how many there are, how large, and where \
      they contradict the published results.

      Examples:
        credence errors prepare --wordnet /usr/share/wordnet
        credence errors prepare --check-superclasses superclasses.json
      """)

  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Option(
    help: ArgumentHelp(
      "Look at these superclasses; ‘proposed’ for those that come with Credence.",
      valueName: "file"))
  var checkSuperclasses: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if checkSuperclasses != nil, knowledge.data.superclasses != nil {
      throw ValidationError("--check-superclasses and --superclasses name the same thing twice.")
    }
  }

  func run() throws {
    var inputs = knowledge.inputs
    if let file = checkSuperclasses {
      inputs.superclasses = file == "proposed" ? .none : .path(file)
      let audit = try SuperclassAudit(inputs: inputs)
      try StandardOutput.write(json ? audit.json() : audit.text())
      return
    }
    let progress = Progress()
    progress.enter("looking at the inputs of \(inputs.dataset)")
    let report = KnowledgeReport(inspecting: inputs)
    progress.finish()
    try StandardOutput.write(json ? report.json() : report.text)
    if !report.isComplete { throw ExitCode(1) }
  }
}
