import Foundation
import Testing

@Suite struct CompareCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeDecisions("a.csv", seed: 1)
    try workspace.writeDecisions("b.csv", seed: 2)
  }

  private func compare(_ arguments: String...) throws -> Program.Run {
    try Program.run(["compare"] + arguments, in: workspace)
  }

  @Test func `models are ranked on the same samples`() throws {
    let run = try compare("a.csv", "b.csv")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("2 models on the same 120 samples, matched by row.\n"))
    #expect(run.output.contains("McNemar"))
    #expect(run.output.contains("DeLong"))
    #expect(run.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `the output folder holds the whole comparison`() throws {
    let run = try compare("a.csv", "b.csv", "--output", "out")
    #expect(run.status == 0)
    #expect(
      try workspace.files("out") == ["pairs.csv", "report.html", "results.csv", "results.json"])
    let pairs = try workspace.text("out/pairs.csv").split(whereSeparator: \.isNewline)
    #expect(pairs.count > 2)
    #expect(run.errorLines.last == "Report: out/report.html")
  }

  @Test func `other labels are other samples`() throws {
    try workspace.writeDecisions("other.csv", seed: 2, firstLabel: 1)
    let run = try compare("a.csv", "other.csv", "--output", "out")
    #expect(run.status == 1)
    #expect(
      run.error == "credence: ‘a.csv’ and ‘other.csv’ are not about the same samples. "
        + "Row 0 of the first has label 0, the same sample of the second another one. "
        + "Compare predictions of the same samples; store sample names to match them in any order.\n"
    )
    #expect(run.output.isEmpty)
    #expect(try workspace.files() == ["a.csv", "b.csv", "other.csv"])
  }

  @Test func `another number of samples is other samples`() throws {
    try workspace.write("label,prediction,confidence\n0,0,0.5\n", to: "short.csv")
    let run = try compare("a.csv", "short.csv")
    #expect(run.status == 1)
    #expect(run.error.contains("They hold 120 and 1 samples."))
  }

  @Test func `samples with names are matched in any order`() throws {
    let rows = try workspace.text("b.csv").split(whereSeparator: \.isNewline).dropFirst()
      .enumerated()
      .map { "\($0.element),s\($0.offset)" }
    let header = "label,prediction,confidence,id\n"
    try workspace.write(header + rows.joined(separator: "\n") + "\n", to: "straight.csv")
    try workspace.write(
      header + rows.reversed().joined(separator: "\n") + "\n", to: "reversed.csv")
    let run = try compare("straight.csv", "reversed.csv", "--format", "json")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("\"sample-id\""))
  }

  @Test(arguments: [
    (["--confidence", "msp,margin"], "--confidence takes one function here."),
    (["--bootstrap", "10"], "--bootstrap is 10; a comparison needs at least 100 resamples."),
    (["--significance", "1"], "--significance is 1.0; it must be between 0 and 1."),
    (["--disagreements=-1"], "--disagreements is -1; it must be 0 or more."),
  ])
  func `a setting out of range is a wrong command line`(
    arguments: [String], text: String
  ) throws {
    let run = try Program.run(["compare", "a.csv", "b.csv"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.errorLines.first == "Error: \(text)")
  }

  @Test func `an unknown metric is compared with the known ones`() throws {
    let run = try compare("a.csv", "b.csv", "--metrics-to-test", "acuracy")
    #expect(run.status != 0)
    #expect(run.error.contains("Did you mean ‘accuracy’?"))
  }
}
