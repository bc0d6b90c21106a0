import CredenceEvaluation
import CredenceReports
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

  @Test func `benchmarks are printed, and read again`() throws {
    let run = try detect("--print-preset", "openood/fs-imagenet200")
    #expect(run.status == 0)
    try workspace.write(run.output, to: "mine.json")
    let again = try detect("--print-preset", "mine.json")
    #expect(again.output == run.output)
    let unknown = try detect("--print-preset", "openood/cifar")
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("did you mean ‘openood/cifar10’?"))
  }

  @Test func `the accuracy and calibration of the known classes come along`() throws {
    let run = try detect(
      "--id", "id.csv", "--ood", "a.csv", "--method", "msp", "--bootstrap", "0", "--kind", "logits")
    #expect(run.output.contains("The predictions on known classes:"))
    let without = try detect(
      "--id", "id.csv", "--ood", "a.csv", "--method", "msp", "--bootstrap", "0", "--kind", "logits",
      "--no-score")
    #expect(!without.output.contains("The predictions on known classes:"))
  }

  @Test func `equal files are warned of`() throws {
    try workspace.write(workspace.text("id.csv"), to: "copy.csv")
    let run = try detect(
      "--id", "id.csv", "--ood", "copy.csv", "--method", "msp", "--bootstrap", "0", "--kind",
      "logits", "--format", "csv")
    #expect(run.status == 0)
    #expect(run.error.contains("hold the same predictions"))
  }

  @Test func `sets that would be saved under one name are refused before anything is computed`()
    throws
  {
    try FileManager.default.createDirectory(
      at: workspace.url("sub"), withIntermediateDirectories: true)
    try workspace.write(workspace.text("a.csv"), to: "sub/b.csv")
    let run = try detect(
      "--id", "id.csv", "--ood", "b.csv", "sub/b.csv", "--method", "msp", "--kind", "logits",
      "--save-scores", "scores")
    #expect(run.status == 1)
    #expect(run.error.contains("would both be written there"))
  }

  @Test func `images without their like are refused`() throws {
    let unpaired = try detect(
      "--id", "id.csv", "--ood", "a.csv", "b.csv", "--model", "lenet", "--id-data", "x",
      "--ood-data", "y")
    #expect(unpaired.status == 64)
    let bare = try detect("--id", "id.csv", "--ood", "a.csv", "--id-data", "x", "--ood-data", "y")
    #expect(bare.status == 64 && bare.error.contains("need --model"))
    let half = try detect(
      "--id", "id.csv", "--ood", "a.csv", "--model", "lenet", "--id-data", "x", "--ood-data", "y",
      "--validation-id-data", "z")
    #expect(half.status == 64 && half.error.contains("go together"))
    let lists = try detect("--id", "id.csv", "--ood", "a.csv", "--lists", "data")
    #expect(lists.status == 64 && lists.error.contains("--lists goes with --preset"))
  }
}

@Suite(.serialized) struct ListedDetectionTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeImages("data/images_classic/digits", perClass: 4)
    try workspace.writeWeights("w.safetensors")
    for (name, numbers) in [("test_digits", [0, 1]), ("val_digits", [2]), ("val_other", [3])] {
      let lines = numbers.flatMap { number in
        (0..<5).map { "digits/class\($0)/\(number).png \($0)" }
      }
      try list(name, lines)
    }
    try list("test_other", (5..<10).map { "digits/class\($0)/0.png -1" })
    func set(_ name: String, _ split: String) -> String {
      #"{"name": "\#(name)", "split": "\#(split)", "list": "lists/\#(split)_\#(name).txt", "root": "images_classic"}"#
    }
    try workspace.write(
      #"{"id": "mine", "inDistribution": \#(set("digits", "test")), "validation": \#(set("digits", "val")), "#
        + #""validationOutliers": \#(set("other", "val")), "#
        + #""groups": [{"name": "near", "datasets": [\#(set("other", "test"))]}]}"#,
      to: "mine.json")
  }

  private func list(_ name: String, _ lines: [String]) throws {
    let folder = workspace.url("data/lists")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(
      to: folder.appending(path: "\(name).txt"))
  }

  @Test func `a benchmark is predicted from its lists and detected, ODIN's parameters chosen`()
    throws
  {
    let predicted = try Program.run(
      [
        "predict", "--model", "lenet=w.safetensors", "--preset", "mine.json", "--data-dir", "data",
        "--output", "p", "--embeddings",
      ], in: workspace)
    #expect(predicted.status == 0, "\(predicted.error)")
    #expect(
      try workspace.files("p") == [
        "w__digits__test.safetensors", "w__digits__val.safetensors",
        "w__other__test.safetensors", "w__other__val.safetensors",
      ])
    let run = try Program.run(
      [
        "detect", "--preset", "mine.json", "--predictions-dir", "p", "--lists", "data", "--model",
        "lenet=w.safetensors", "--method", "energy,odin",
        "--bootstrap", "5", "--format", "json",
      ], in: workspace)
    #expect(run.status == 0, "\(run.error)")
    let report = try DetectionJSON.report(decoding: Data(run.output.utf8))
    #expect(report.methods.map(\.id) == ["energy", "odin"])
    #expect(report.methods.map(\.candidateCount) == [4, 8])
    #expect(report.methods.allSatisfy { $0.validationAUROC != nil && $0.unavailable.isEmpty })
    #expect(report.inputs.map(\.samples) == [10, 5, 5, 5])
    #expect(report.entries.map(\.row.samples) == [15, 15])
    #expect(report.scores?.entries.isEmpty == false || !report.warnings.isEmpty)
  }

  @Test func `a list is a data set of its own name, and picks samples of stored predictions`()
    throws
  {
    let whole = try Program.run(
      [
        "predict", "--model", "lenet=w.safetensors", "--data", "data/images_classic/digits",
        "--output", "p",
      ], in: workspace)
    #expect(whole.status == 0, "\(whole.error)")
    let listed = try Program.run(
      [
        "predict", "--model", "lenet=w.safetensors", "--data", "data/lists/test_digits.txt",
        "--image-root", "data/images_classic", "--output", "p",
      ], in: workspace)
    #expect(listed.status == 0, "\(listed.error)")
    let all = "p/w__digits.safetensors"
    #expect(try workspace.files("p").contains("w__digits__test.safetensors"))
    func areas(_ id: String) throws -> [Double?] {
      let run = try Program.run(
        [
          "detect", "--id", id, "--ood", "\(all)@data/lists/test_other.txt", "--method",
          "msp,energy", "--bootstrap", "0", "--format", "json",
        ], in: workspace)
      #expect(run.status == 0, "\(run.error)")
      return try DetectionJSON.report(decoding: Data(run.output.utf8)).entries
        .map { $0.row.metrics["auroc"] }
    }
    #expect(
      try areas("\(all)@data/lists/test_digits.txt") == areas("p/w__digits__test.safetensors"))
    let overlap = try Program.run(
      [
        "detect", "--id", "\(all)@data/lists/test_other.txt", "--ood", all, "--method", "msp",
      ], in: workspace)
    #expect(overlap.status == 1 && overlap.error.contains("is given both as"))
  }
}
