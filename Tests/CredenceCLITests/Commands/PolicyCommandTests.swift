import Foundation
import Testing

@Suite struct PolicyCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try FileManager.default.createDirectory(
      at: workspace.url("test"), withIntermediateDirectories: true)
    let columns = ["prob_0", "prob_1", "prob_2"]
    try workspace.writeMatrix("m.csv", seed: 1, columns: columns)
    try workspace.writeMatrix("test/m.csv", seed: 2, columns: columns)
  }

  private func run(_ arguments: String...) throws -> Program.Run {
    try Program.run(arguments, in: workspace)
  }

  /// Every kind that the program's own help lists.
  private static func kinds() throws -> [String] {
    let help = try Program.run(["fit", "--help"], in: Workspace()).output
    let list = try #require(help.firstMatch(of: /--policy <([^>]+)>/)?.1)
    return list.split(separator: "|").map { $0.filter { !$0.isWhitespace } }
  }

  @Test(arguments: try Self.kinds())
  func `a policy is fitted, applied, and its result scored`(kind: String) throws {
    var arguments = ["fit", "m.csv", "--policy", kind, "--output", "policy.json"]
    if kind == "threshold" { arguments += ["--accuracy", "0.8"] }
    let fit = try Program.run(arguments, in: workspace)
    #expect(fit.status == 0, "\(fit.error)")
    #expect(fit.output.hasPrefix("policy.json: \(kind), fitted on 120 samples\n"))
    let policy = try workspace.text("policy.json")
    #expect(policy.contains("\"credence.policy/1\""))

    let apply = try run("apply", "policy.json", "test/m.csv", "--output", "out.safetensors")
    #expect(apply.status == 0, "\(apply.error)")
    #expect(apply.errorLines.last == "Wrote out.safetensors")

    let score = try run("score", "out.safetensors", "--format", "csv", "--bootstrap", "0")
    #expect(score.status == 0, "\(score.error)")
    // Policies of the largest probability leave decisions, which have no temperature.
    #expect(score.lines.count >= 2)
  }

  @Test func `the file is named after the policy where no name is given`() throws {
    let fit = try run("fit", "m.csv", "--policy", "temperature")
    #expect(fit.status == 0)
    let apply = try run("apply", "temperature.json", "test/m.csv")
    #expect(apply.status == 0)
    #expect(
      try workspace.files() == [
        "m.csv", "m.temperature.safetensors", "temperature.json", "test/", "test/m.csv",
      ])
  }

  @Test func `another model is refused unless allowed`() throws {
    _ = try run("fit", "m.csv", "--policy", "temperature", "--output", "policy.json")
    try workspace.writeMatrix("n.csv", seed: 2, columns: ["prob_0", "prob_1", "prob_2"])
    let refused = try run("apply", "policy.json", "n.csv", "--output", "out.npz")
    #expect(refused.status == 1)
    #expect(
      refused.error == "credence: The model is ‘n’, but the policy was fitted for ‘m’. "
        + "A policy is valid only for the model and classes it was fitted on. "
        + "Fit a policy on predictions of this model.\n")
    #expect(!FileManager.default.fileExists(atPath: workspace.url("out.npz").path))
    let allowed = try run("apply", "policy.json", "n.csv", "--output", "out.npz", "--any-model")
    #expect(allowed.status == 0)
  }

  @Test func `a missing policy is named`() throws {
    let run = try run("apply", "missing.json", "test/m.csv")
    #expect(run.status == 1)
    #expect(
      run.error == "credence: ‘missing.json’ can't be read. There is no such file. "
        + "Check the path and the permissions.\n")
  }

  @Test func `a policy is read from a file alone`() throws {
    for (path, reason) in [
      ("/dev/null", "This is not a regular file; only those can be mapped."),
      ("test", "This is a folder."),
    ] {
      let run = try run("apply", path, "test/m.csv")
      #expect(run.status == 1)
      #expect(
        run.error == "credence: ‘\(path)’ can't be read. \(reason) "
          + "Check the path and the permissions.\n")
    }
  }

  @Test func `a file that is no policy is refused`() throws {
    let run = try run("apply", "m.csv", "test/m.csv")
    #expect(run.status == 1)
    #expect(
      run.error == "credence: The policy can't be read: it is not valid JSON. "
        + "The file is no policy, is cut short, or was edited by hand. Fit the policy again.\n")
  }

  @Test(arguments: [
    (
      ["--policy", "threshold", "--accuracy", "2"],
      "--accuracy is 2.0; it must be above 0 and at most 1."
    ),
    (["--policy", "threshold", "--risk", "0"], "--risk is 0.0; it must be between 0 and 1."),
    (
      ["--policy", "threshold", "--risk", "0.1", "--accuracy", "0.9"],
      "Give --accuracy or --risk: a threshold has one target."
    ),
    (
      ["--policy", "threshold", "--delta", "0.1"], "--delta and --procedure belong to --risk."
    ),
    (
      ["--policy", "threshold", "--alpha", "0.1"],
      "--alpha, --score, --class-conditional, --never-empty and --randomized belong to "
        + "--policy conformal; this is --policy threshold."
    ),
    (["--policy", "conformal", "--alpha", "1"], "--alpha is 1.0; it must be between 0 and 1."),
  ])
  func `settings that make no sense are a wrong command line`(
    arguments: [String], text: String
  ) throws {
    let run = try Program.run(["fit", "m.csv"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.errorLines.first == "Error: \(text)")
    #expect(try workspace.files() == ["m.csv", "test/", "test/m.csv"])
  }

  @Test func `an unknown policy is named beside the known ones`() throws {
    let run = try run("fit", "m.csv", "--policy", "nope")
    #expect(run.status == 64)
    #expect(
      run.errorLines.first?.hasPrefix("Error: --policy is ‘nope’; it must be one of temperature")
        == true)
  }

  @Test func `the changed predictions go to a format that is known`() throws {
    let run = try run("apply", "policy.json", "m.csv", "--output", "out.txt")
    #expect(run.status == 64)
    #expect(
      run.errorLines.first
        == "Error: --output must end in .safetensors or .npz; ‘out.txt’ does not.")
  }

  @Test func `an output never takes the place of an input`() throws {
    _ = try run("fit", "m.csv", "--policy", "temperature", "--output", "policy.json")
    let score = try run("apply", "policy.json", "m.csv", "--output", "m.npz")
    #expect(score.status == 0, "\(score.error)")
    let before = try Data(contentsOf: workspace.url("m.npz"))
    let again = try run("apply", "policy.json", "m.npz", "--output", "./m.npz")
    #expect(again.status == 1)
    #expect(again.error.contains("is read and would be overwritten."))
    #expect(try Data(contentsOf: workspace.url("m.npz")) == before)
    let fit = try run("fit", "m.npz", "--policy", "temperature", "--output", "m.npz")
    #expect(fit.status != 0)
    #expect(try Data(contentsOf: workspace.url("m.npz")) == before)
  }

  @Test func `a risk that can't be promised leaves no policy`() throws {
    let run = try run("fit", "m.csv", "--policy", "threshold", "--risk", "0.0001")
    #expect(run.status == 1)
    #expect(try workspace.files() == ["m.csv", "test/", "test/m.csv"])
  }
}
