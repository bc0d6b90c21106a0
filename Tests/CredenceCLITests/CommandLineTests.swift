import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func `the version is a number and nothing else`() throws {
    let run = try Program.run(["--version"], in: Workspace())
    #expect(run.status == 0)
    #expect(run.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    #expect(run.error.isEmpty)
  }

  @Test(arguments: [["--help"], ["-h"], ["help"], []])
  func `help lists every command`(arguments: [String]) throws {
    let run = try Program.run(arguments, in: Workspace())
    #expect(run.status == 0)
    for command in ["score", "compare", "fit", "apply"] {
      #expect(run.output.contains("\n  \(command) "))
    }
    #expect(run.output.contains("64 wrong command line"))
  }

  @Test(arguments: ["score", "compare", "fit", "apply"])
  func `every command has help with an example`(command: String) throws {
    let run = try Program.run([command, "--help"], in: Workspace())
    #expect(run.status == 0)
    #expect(run.output.contains("  credence \(command) "))
    #expect(run.output.contains("--kind <logits|probabilities|scores>"))
  }

  @Test(arguments: [
    (["nope"], "Error: Unexpected argument 'nope'"),
    (["score", "--nope", "a.csv"], "Error: Unknown option '--nope'"),
    (["score"], "Error: Missing expected argument '<files> ...'"),
    (
      ["score", "a.csv", "--bins", "many"], "Error: The value 'many' is invalid for '--bins <bins>'"
    ),
    (["fit", "a.csv"], "Error: Missing expected argument '--policy <"),
    (["compare", "a.csv"], "Error: A comparison needs the files of two models or more."),
  ])
  func `a wrong command line is told apart from a failed run`(
    arguments: [String], text: String
  ) throws {
    let run = try Program.run(arguments, in: Workspace())
    #expect(run.status == 64)
    #expect(run.errorLines.first?.hasPrefix(text) == true, "\(run.error)")
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [("bash", "complete -"), ("zsh", "#compdef credence"), ("fish", "complete -c")])
  func `completions are generated for each shell`(shell: String, text: String) throws {
    let run = try Program.run(["--generate-completion-script", shell], in: Workspace())
    #expect(run.status == 0)
    #expect(run.output.contains(text))
    #expect(run.output.contains("compare"))
  }
}
