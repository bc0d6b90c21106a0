import Foundation
import Testing

@Suite struct DetectCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    for (name, strength) in [("id", 6.0), ("a", 2.0), ("b", 1.0)] {
      var lines = ["label,logit_0,logit_1,logit_2"]
      for row in 0..<60 {
        let z = (0..<3).map { $0 == row % 3 ? strength + Double(row % 5) / 10 : 0 }
        lines.append("\(row % 3),\(z[0]),\(z[1]),\(z[2])")
      }
      try workspace.write(lines.joined(separator: "\n") + "\n", to: "\(name).csv")
    }
  }

  private func detect(_ arguments: String...) throws -> Program.Run {
    try Program.run(["detect"] + arguments, in: workspace)
  }

  @Test func `methods are compared, and those that lack something say what`() throws {
    let run = try detect(
      "--id", "id.csv", "--ood", "near:a.csv", "far:b.csv", "--bootstrap", "20", "--kind", "logits")
    #expect(run.status == 0)
    #expect(run.output.contains("energy"))
    #expect(run.output.contains("unavailable: ‘id.csv’ has no embeddings."))
    #expect(run.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `the output folder has tables, leaderboard, rows and page`() throws {
    let run = try detect(
      "--id", "id.csv", "--ood", "a.csv", "--method", "msp,energy", "--bootstrap", "0", "--kind",
      "logits", "--output", "report", "--save-scores", "scores")
    #expect(run.status == 0)
    #expect(
      try workspace.files("report") == [
        "leaderboard.csv", "report.html", "results.csv", "results.json",
      ])
    #expect(try workspace.files("scores") == ["a.safetensors", "id.safetensors"])
    let scored = try Program.run(
      [
        "detect", "--id", "scores/id.safetensors", "--ood", "scores/a.safetensors", "--method",
        "uncertainty.energy", "--bootstrap", "0", "--format", "leaderboard",
      ], in: workspace)
    #expect(scored.lines.last?.hasPrefix("uncertainty.energy,mean,0.0,100.0,") == true)
  }

  @Test func `wrong command lines end with status 64 and say why`() throws {
    #expect(try detect("--ood", "a.csv").status == 64)
    #expect(try detect("--id", "id.csv").status == 64)
    let unknown = try detect("--id", "id.csv", "--ood", "a.csv", "--method", "energi")
    #expect(unknown.status == 64)
    #expect(unknown.error.contains("Did you mean ‘energy’?"))
    let parameter = try detect(
      "--id", "id.csv", "--ood", "a.csv", "--method", "energy", "--set", "energy.temperature=-1")
    #expect(parameter.status == 64)
    #expect(parameter.error.contains("it must be from"))
    let validation = try detect("--id", "id.csv", "--ood", "a.csv", "--validation-ood", "b.csv")
    #expect(validation.status == 64)
  }

  @Test func `the same file twice is refused`() throws {
    let run = try detect("--id", "id.csv", "--ood", "id.csv", "--kind", "logits")
    #expect(run.status == 1)
    #expect(run.error.contains("‘id.csv’ is given both as in-distribution set (--id)"))
  }
}
