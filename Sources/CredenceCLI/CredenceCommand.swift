import ArgumentParser
import Credence
import Foundation

/// The program: a list of commands.
@main
struct CredenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credence",
    abstract: "Tells when an image classifier can be trusted.",
    discussion: """
      Start with the predictions you have, from any program:

        credence score predictions.npz --output report

      Exit status: 0 done, 1 failed, 2 partly done (some files failed and are named), 64 wrong command line.
      """,
    version: ProgramVersion.current,
    subcommands: [
      ScoreCommand.self, CompareCommand.self, FitCommand.self, ApplyCommand.self,
      PredictCommand.self, MergeCommand.self, BenchmarkCommand.self, ModelsCommand.self,
      DatasetsCommand.self, DensityCommand.self, DetectCommand.self, ErrorsCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      Interruption.handle()
      try command.run()
    } catch let error as any LocalizedError {
      ErrorText.write(error)
      Foundation.exit(1)
    } catch {
      exit(withError: error)
    }
  }
}
