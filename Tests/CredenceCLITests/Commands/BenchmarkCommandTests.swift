import Foundation
import Testing

@Suite(.serialized) struct BenchmarkCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeImages(perClass: 4)
    try workspace.writeWeights("one.safetensors")
    try workspace.writeWeights("two.safetensors", seed: 2)
  }

  private func benchmark(_ arguments: String...) throws -> Program.Run {
    try Program.run(["benchmark"] + arguments, in: workspace)
  }

  @Test func `leaves a table, a report and the predictions`() throws {
    let run = try benchmark(
      "--models", "lenet=one.safetensors", "lenet=two.safetensors", "--data-dir", "digits",
      "--output", "study", "-b", "16")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("one") && run.output.contains("two"))
    #expect(
      try workspace.files("study") == [
        "curves.csv", "predictions/", "predictions/one__digits.safetensors",
        "predictions/two__digits.safetensors", "report.html", "results.csv", "results.json",
      ])
    let table = try workspace.text("study/results.csv").split(whereSeparator: \.isNewline)
    #expect(table.count == 3)
    #expect(table[0].hasPrefix("Architecture,Accuracy,"))
    #expect(table[1].hasPrefix("one,") && table[2].hasPrefix("two,"))
    #expect(run.errorLines.suffix(2) == ["Table: study/results.csv", "Report: study/report.html"])
    let text = try workspace.text("study/results.csv")
    let again = try benchmark(
      "--models", "lenet=one.safetensors,lenet=two.safetensors", "--data-dir", "digits",
      "--output", "study")
    #expect(again.status == 0)
    #expect(again.error.contains("one on digits: 40 predictions, made before"))
    #expect(try workspace.text("study/results.csv") == text)
  }

  @Test func `of two models one that fails is named and the other has its row`() throws {
    try workspace.write("nothing", to: "bad.pth")
    let run = try benchmark(
      "--models", "lenet=bad.pth", "lenet=two.safetensors", "--data", "digits", "-o", "study")
    #expect(run.status == 2)
    #expect(run.errorLines.contains { $0.hasPrefix("credence: bad: ") }, "\(run.error)")
    let table = try workspace.text("study/results.csv").split(whereSeparator: \.isNewline)
    #expect(table.count == 2 && table[1].hasPrefix("two,"))
  }

  @Test func `where every model fails there is no table`() throws {
    try workspace.write("nothing", to: "bad.pth")
    let run = try benchmark("--models", "lenet=bad.pth", "--data", "digits", "-o", "study")
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: workspace.url("study/results.csv").path))
  }

  @Test func `a table of another program is kept`() throws {
    try workspace.write("model,top1\na,0.5\n", to: "results.csv")
    let run = try benchmark("--models", "lenet=one.safetensors", "--data", "digits")
    #expect(run.status == 1)
    #expect(
      run.error
        == "credence: ‘./results.csv’ is another table, which would be lost. It does not begin with "
        + "the columns that a benchmark writes. Move it, or choose another folder by --output.\n")
    #expect(try workspace.text("results.csv") == "model,top1\na,0.5\n")
    #expect(!FileManager.default.fileExists(atPath: workspace.url("predictions").path))
  }

  @Test func `only classes that the data has can be required`() throws {
    try workspace.write("class0\nclass1\nclass2\n", to: "classes.txt")
    let run = try benchmark(
      "--models", "lenet=one.safetensors", "--data", "digits", "-o", "study", "--valid-labels",
      "classes.txt")
    #expect(run.status == 0, "\(run.error)")
    let both = try benchmark(
      "--models", "lenet=one.safetensors", "--data", "digits", "-o", "study", "--valid-labels",
      "classes.txt", "--real-labels", "real.json")
    #expect(both.status == 64)
    #expect(
      both.error.hasPrefix("Error: Give one of --real-labels and --valid-labels."))
  }
}
