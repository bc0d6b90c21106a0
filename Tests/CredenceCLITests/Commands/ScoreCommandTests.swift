import Foundation
import Testing

@Suite struct ScoreCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeDecisions("a.csv", seed: 1)
  }

  private func score(_ arguments: String...) throws -> Program.Run {
    try Program.run(["score"] + arguments, in: workspace)
  }

  // MARK: Formats and files

  @Test func `the table names model, samples and metrics`() throws {
    let run = try score("a.csv")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("a · 120 samples"))
    #expect(run.output.contains("\n  AUROC "))
    #expect(run.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `CSV has one row per model under one header`() throws {
    try workspace.writeDecisions("b.csv", seed: 2)
    let run = try score("a.csv", "b.csv", "--format", "csv", "--bootstrap", "0")
    let lines = run.lines
    #expect(run.status == 0)
    #expect(lines.count == 3)
    #expect(
      lines.first?.hasPrefix("model,file,dataset,split,samples,classes,confidence,rescaling,")
        == true)
    #expect(lines.dropFirst().map { $0.prefix(8) } == ["a,a.csv,", "b,b.csv,"])
  }

  @Test func `JSON carries schema, values, intervals and reasons`() throws {
    let run = try score("a.csv", "--format", "json")
    #expect(run.status == 0)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(json["schema"] as? String == "credence.score/1")
    let row = try #require((json["results"] as? [[String: Any]])?.first)
    let metrics = try #require(row["metrics"] as? [String: Double])
    let intervals = try #require(row["intervals"] as? [String: [Double]])
    let accuracy = try #require(metrics["accuracy"])
    let interval = try #require(intervals["accuracy"])
    #expect(interval[0] <= accuracy && accuracy <= interval[1])
    #expect((row["unavailable"] as? [String: String])?["nll"] != nil)
    #expect(metrics["nll"] == nil)
  }

  @Test func `Markdown is a table`() throws {
    let run = try score("a.csv", "--format", "markdown", "--bootstrap", "0")
    #expect(run.status == 0)
    #expect(run.output.contains("|---"))
  }

  @Test func `the output folder holds the whole report and nothing else`() throws {
    let run = try score("a.csv", "--output", "deep/report", "--bootstrap", "50")
    #expect(run.status == 0)
    #expect(
      try workspace.files("deep/report") == [
        "classes.csv", "curves.csv", "report.html", "results.csv", "results.json",
      ])
    #expect(try workspace.text("deep/report/report.html").contains("</html>"))
    #expect(try workspace.text("deep/report/results.json").hasSuffix("}\n"))
    #expect(run.errorLines.last == "Report: deep/report/report.html")
  }

  @Test func `the same run gives the same bytes`() throws {
    let first = try score("a.csv", "--format", "json")
    let second = try score("a.csv", "--format", "json")
    #expect(first.output == second.output)
  }

  @Test func `an output folder that can't be made fails before anything is written`() throws {
    let run = try score("a.csv", "--output", "a.csv/report")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("is a file, not a folder. Choose another folder with --output"))
    #expect(try workspace.files() == ["a.csv"])
  }

  // MARK: Files that can't be scored

  @Test func `a missing file is named`() throws {
    let run = try score("missing.csv")
    #expect(run.status == 1)
    #expect(
      run.error == "credence: ‘missing.csv’ can't be read. There is no such file. "
        + "Check the path and the permissions.\n")
    #expect(run.output.isEmpty)
  }

  @Test func `one bad file among good ones leaves the others' rows`() throws {
    let run = try score("missing.csv", "a.csv", "--format", "csv", "--bootstrap", "0")
    #expect(run.status == 2)
    #expect(run.lines.count == 2)
    #expect(
      run.errorLines.first
        == "credence: missing.csv: ‘missing.csv’ can't be read. There is no such file. "
        + "Check the path and the permissions.")
  }

  @Test func `nothing but bad files is a failed run`() throws {
    let run = try score("missing.csv", "gone.npz", "--output", "report")
    #expect(run.status == 1)
    #expect(run.errorLines.count == 2)
    #expect(try workspace.files() == ["a.csv"])
  }

  @Test func `a damaged file is refused with its name`() throws {
    try workspace.write("not a zip archive", to: "x.npz")
    let run = try score("x.npz")
    #expect(run.status == 1)
    #expect(run.error.hasPrefix("credence: ‘x.npz’ is "))
  }

  // MARK: Settings

  @Test(arguments: [
    (["--bins", "0"], "--bins is 0; it must be from 1 to 1000."),
    (["--folds", "1"], "--folds is 1; it must be from 2 to 100."),
    (["--sac", "2"], "--sac takes fractions from 0 to 1, such as 0.95,0.99; ‘2’ is none."),
    (["--sac", "0.9,x"], "--sac takes fractions from 0 to 1, such as 0.95,0.99; ‘x’ is none."),
    (["--risk-at", "-"], "--risk-at takes fractions from 0 to 1, such as 0.95,0.99; ‘-’ is none."),
    (["--bootstrap=-1"], "--bootstrap is -1; it must be from 0 to 1000000."),
    (["--map", "nonsense"], "--map takes name=role, such as y_hat=logits; ‘nonsense’ is none."),
    (
      ["--kind", "wrong"],
      "The value 'wrong' is invalid for '--kind <logits|probabilities|scores>'. "
        + "Please provide one of 'logits', 'probabilities' or 'scores'."
    ),
    (
      ["--validation", "first:x"],
      "--validation-size takes a number of samples or first:N; ‘first:x’ is neither."
    ),
    (
      ["--folds", "3", "--no-temperature"],
      "Give one of --folds, --validation-size and --no-temperature: "
        + "each decides where the temperature comes from."
    ),
    (["--charts", "png"], "--charts needs --output: the files go to its folder."),
    (
      ["--labels", "every:0"],
      "--labels: ‘every:0’ can't be understood: after ‘every:’ the number of samples per class "
        + "must follow, such as every:50. Give a file, or every:50."
    ),
  ])
  func `a setting out of range is a wrong command line`(
    arguments: [String], text: String
  ) throws {
    let run = try Program.run(["score", "a.csv"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.errorLines.first == "Error: \(text)")
    #expect(run.output.isEmpty)
  }

  @Test func `an unknown format is named beside the known ones`() throws {
    let run = try score("a.csv", "--format", "xml")
    #expect(run.status == 64)
    #expect(
      run.errorLines.first?.hasPrefix(
        "Error: --format is ‘xml’; it must be one of table, csv, json, markdown") == true)
  }

  @Test(arguments: [
    ("entrpy", "Did you mean ‘entropy’?"), ("msq", "Did you mean ‘msp’?"),
    ("nope", "Known are msp,"),
  ])
  func `an unknown confidence function is compared with the known ones`(
    name: String, hint: String
  ) throws {
    let run = try score("a.csv", "--confidence", "msp,\(name)")
    #expect(run.status == 64)
    #expect(run.error.hasPrefix("Error: There is no confidence function ‘\(name)’. Known are msp,"))
    #expect(run.error.contains(hint))
  }

  @Test func `an unknown metric is compared with the known ones`() throws {
    let run = try score("a.csv", "--include", "kde_ec")
    #expect(run.status == 64)
    #expect(run.error.contains("Did you mean ‘kde_ece’?"))
  }

  @Test func `an uncertainty that the file lacks is an error of the run`() throws {
    let run = try score("a.csv", "--confidence", "uncertainty.nope")
    #expect(run.status == 1)
    #expect(run.error.contains("‘uncertainty.nope’"))
  }

  @Test func `a role that does not exist is named`() throws {
    let run = try score("a.csv", "--map", "label=nonsense")
    #expect(run.status == 1)
    #expect(run.error.hasPrefix("credence: ‘nonsense’ is no role. The roles are logits,"))
  }

  @Test func `a held-out part must leave samples to score`() throws {
    try workspace.writeMatrix("m.csv", seed: 3, columns: ["prob_0", "prob_1", "prob_2"])
    let run = try score("m.csv", "--validation-size", "120")
    #expect(run.status == 1)
    #expect(
      run.error
        == "credence: Holding out 120 of 120 labeled samples leaves fewer than 10 to score. "
        + "The samples that fit the temperature can't judge it as well. "
        + "Hold out fewer, or use --folds.\n")
  }

  // MARK: What is in a file

  @Test func `the kind of unnamed columns is asked for, then believed`() throws {
    try workspace.writeMatrix("m.csv", seed: 3, columns: ["cat", "dog", "fox"])
    let open = try score("m.csv")
    #expect(open.status == 1)
    #expect(
      open.error.contains("add --kind logits, --kind probabilities or --kind scores"))
    let said = try score("m.csv", "--kind", "probabilities", "--format", "csv", "--bootstrap", "0")
    #expect(said.status == 0)
    #expect(said.lines.count == 3)
  }

  @Test func `logits and probabilities of the same numbers differ`() throws {
    try workspace.writeMatrix("m.csv", seed: 3, columns: ["prob_0", "prob_1", "prob_2"])
    let named = try score("m.csv", "--format", "csv", "--bootstrap", "0")
    let overruled = try score("m.csv", "--kind", "logits", "--format", "csv", "--bootstrap", "0")
    #expect(named.status == 0)
    #expect(overruled.status == 0)
    #expect(named.output != overruled.output)
  }

  @Test func `rows before and after the temperature are on the same samples`() throws {
    try workspace.writeMatrix("m.csv", seed: 3, columns: ["prob_0", "prob_1", "prob_2"])
    for (arguments, samples) in [([], "120"), (["--validation", "first:20"], "100")] {
      let run = try Program.run(
        ["score", "m.csv", "--format", "csv", "--bootstrap", "0"] + arguments, in: workspace)
      let rows = run.lines.dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      #expect(rows.map { $0[4] } == [samples[...], samples[...]])
      #expect(rows.map { $0[7] } == ["none", "temperature"])
    }
  }

  @Test(arguments: ["labels.txt", "labels.csv", "named.csv"])
  func `labels may come from a file of their own`(file: String) throws {
    try workspace.writeDecisions("bare.csv", seed: 1, hasLabels: false)
    let labels = (0..<120).map { "\($0 % 3)" }
    try workspace.write(labels.joined(separator: "\n") + "\n", to: "labels.txt")
    try workspace.write("label\n" + labels.joined(separator: "\n") + "\n", to: "labels.csv")
    try workspace.write(
      "index,y_true\n"
        + labels.enumerated().map { "\($0.offset),\($0.element)" }
        .joined(separator: "\n") + "\n", to: "named.csv")
    let bare = try score("bare.csv", "--labels", file, "--format", "csv", "--bootstrap", "0")
    let whole = try score("a.csv", "--format", "csv", "--bootstrap", "0")
    #expect(bare.status == 0, "\(bare.error)")
    // Everything but the names of model and file.
    let tails = [bare, whole].map { $0.lines.last?.split(separator: ",").dropFirst(2) }
    #expect(tails[0] == tails[1])
  }

  @Test func `labels may follow from the order of the rows`() throws {
    let rows = (0..<30).map { "\($0 / 10),0.\(50 + $0)" }
    try workspace.write(
      "prediction,confidence\n" + rows.joined(separator: "\n") + "\n", to: "ordered.csv")
    let run = try score(
      "ordered.csv", "--labels", "every:10", "--format", "json", "--bootstrap", "0")
    #expect(run.status == 0)
    #expect(run.output.contains("\"accuracy\" : 1") || run.output.contains("\"accuracy\": 1"))
  }

  @Test func `without labels nothing is scored`() throws {
    try workspace.writeDecisions("bare.csv", seed: 1, hasLabels: false)
    let run = try score("bare.csv")
    #expect(run.status == 1)
    #expect(
      run.error == "credence: ‘bare.csv’ has no labels. Whether a prediction is right is known by "
        + "its label alone. Give them by --labels FILE, or --labels every:50 where rows stand in "
        + "class order.\n")
  }

  @Test func `real predictions give their known accuracy`() throws {
    let file = Program.package.appendingPathComponent(
      "Examples/predictions/wideresnet-16-4-cifar-10.npz")
    let run = try score(
      file.path, "--format", "json", "--bootstrap", "0", "--no-temperature")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let row = try #require((json["results"] as? [[String: Any]])?.first)
    let metrics = try #require(row["metrics"] as? [String: Double])
    #expect(metrics["accuracy"] == 0.9109)
    // Measured by another program, to five digits.
    #expect(abs((metrics["auroc"] ?? 0) - 0.91479) < 1e-5)
    #expect(abs((metrics["ece"] ?? 0) - 0.05372) < 1e-5)
    #expect(abs((metrics["nll"] ?? 0) - 0.37817) < 1e-5)
    #expect(abs((metrics["brier"] ?? 0) - 0.14387) < 1e-5)
    // In expectation over the many ties; in the order of the file it is 0.0127483.
    #expect(abs((metrics["aurc"] ?? 0) - 0.01271020248523162) < 1e-12)
  }
}
