import Foundation
import Testing

@Suite struct CompatibilityTests {
  private static let header =
    "Architecture,Accuracy,AUROC,AUROC_TS,ECE_15,ECE_15_TS,"
    + "Coverage_for_Accuracy_99,Coverage_for_Accuracy_99_TS,AURC,AURC_TS"
  private static let predictions = Program.package.appendingPathComponent(
    "Examples/predictions/wideresnet-16-4-cifar-10.npz"
  ).path
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func score(_ arguments: String...) throws -> Program.Run {
    try Program.run(
      ["score", Self.predictions, "--compat", "galil2023"] + arguments, in: workspace)
  }

  @Test func `the published table has its own columns and texts`() throws {
    let run = try score("--validation", "first:5000")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines.count == 2)
    #expect(run.lines.first == Self.header)
    let cells = try #require(run.lines.last).split(separator: ",").map(String.init)
    #expect(cells.count == 10)
    #expect(cells[0] == "wideresnet-16-4-cifar-10")
    #expect(cells[1] == " 91.09000")
    #expect(cells[6] == " 0.70503")
    #expect(cells[8] == " 0.01275")
    #expect(run.error.contains("Optimal temperature: 2.05"))
  }

  @Test func `rows are appended to a table of the same columns`() throws {
    for count in [2, 3] {
      let run = try score("--validation-size", "5000", "--output", "out")
      #expect(run.status == 0, "\(run.error)")
      let lines = try workspace.text("out/results.csv").split(whereSeparator: \.isNewline)
      #expect(lines.count == count)
      #expect(lines.filter { $0 == Self.header }.count == 1)
    }
  }

  @Test func `a table of other columns is kept unless forced`() throws {
    try FileManager.default.createDirectory(
      at: workspace.url("out"), withIntermediateDirectories: true)
    try workspace.write("Architecture,Accuracy\n", to: "out/results.csv")
    let refused = try score("--output", "out")
    #expect(refused.status == 1)
    #expect(try workspace.text("out/results.csv") == "Architecture,Accuracy\n")
    let forced = try score("--output", "out", "--force-append")
    #expect(forced.status == 0)
    #expect(
      try workspace.text("out/results.csv").hasPrefix("Architecture,Accuracy\nwideresnet-16-4"))
  }

  @Test(arguments: [["--folds", "5"], ["--no-temperature"]])
  func `it knows no cross-fitted temperature`(arguments: [String]) throws {
    let run = try Program.run(
      ["score", Self.predictions, "--compat", "galil2023"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(
      run.errorLines.first
        == "Error: --compat galil2023 fits its temperature on held-out samples: "
        + "--validation-size N or first:N.")
  }
}
