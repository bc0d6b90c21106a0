import Foundation
import Testing

/// What follows an analysis: statistics, lists, explanations, on the golden artefacts.
@Suite struct ErrorsSummarizeCommandTests {
  private let workspace: Workspace
  private static let golden = Program.package.appendingPathComponent("Tests/Golden/errors")

  init() throws {
    workspace = try Workspace()
    let manager = FileManager.default
    for name in ["artefacts", "imagenet-mistakes", "clip"] {
      try manager.copyItem(
        at: Self.golden.appendingPathComponent(name), to: workspace.url(name))
    }
    let wordNet = workspace.url("artefacts/wordnet")
    try manager.createDirectory(at: wordNet, withIntermediateDirectories: true)
    try manager.copyItem(
      at: Program.package.appendingPathComponent(
        "Tests/FileSupport/Fixtures/wordnet/data.noun.gz"),
      to: wordNet.appendingPathComponent("data.noun.gz"))
    for name in ["human_accuracy.json", "real.json", "validation_labels.txt"] {
      try manager.copyItem(
        at: Self.golden.appendingPathComponent("annotations/\(name)"),
        to: workspace.url("artefacts/\(name)"))
    }
  }

  private func errors(_ arguments: String...) throws -> Program.Run {
    try Program.run(["errors"] + arguments, in: workspace)
  }

  private let features = [
    "--image-features", "clip/image_features.npz", "--text-features", "clip/text_features.npz",
  ]

  private func expected(_ name: String) throws -> String {
    try String(contentsOf: Self.golden.appendingPathComponent("expected/\(name)"), encoding: .utf8)
  }

  @Test func `the published command line gives the published results`() throws {
    let analysis = try Program.run(
      ["errors", "evaluation", "--dataset", "imagenet", "--perform_error_analysis"] + features,
      in: workspace)
    #expect(analysis.status == 0, "\(analysis.error)")
    let run = try Program.run(
      [
        "errors", "evaluation", "--collect_results", "--count_spurious_correlation_pairs",
        "--list_most_common_errors", "--error_type", "fg-OOV",
      ] + features, in: workspace)
    #expect(run.status == 0, "\(run.error)")
    #expect(
      run.output.contains("Spurious correlations pairs that appear as a mistake: 96\n1) cnt"))
    #expect(
      try workspace.files("stats-imagenet")
        == ["all", "artifact", "organism", "other"].map { "non_problematic_stats_\($0).csv" })
    let text = try workspace.text("stats-imagenet/non_problematic_stats_all.csv")
    let published = try expected("stats-imagenet/non_problematic_stats_all.csv")
    #expect(text.split(separator: "\n")[0] == published.split(separator: "\n")[0])
    #expect(text.split(separator: "\n").count == 13)
  }

  @Test func `statistics and lists follow an analysis`() throws {
    let before = try errors("summarize")
    #expect(before.status == 1)
    #expect(before.error.contains("credence errors analyze"))
    for dataset in ["imagenet", "imagenet-a"] {
      let run = try Program.run(
        ["errors", "analyze", "--dataset", dataset] + features, in: workspace)
      #expect(run.status == 0, "\(run.error)")
    }
    let summary = try errors("summarize", "--output", "out", "--group", "organism")
    #expect(summary.status == 0, "\(summary.error)")
    #expect(summary.output.contains("imagenet · organism · 12 models · 74 images of 193"))
    #expect(summary.lines.allSatisfy { $0.count <= 100 })
    #expect(try workspace.files("out/stats-imagenet").count == 4)

    let other = try errors("summarize", "--dataset", "imagenet-a", "--format", "csv")
    #expect(other.status == 0)
    let published = try expected("stats-imagenet-a/non_problematic_stats_all.csv")
    for (found, line) in zip(other.lines, published.split(separator: "\n")) {
      #expect(
        Array(found.split(separator: ",").prefix(12))
          == Array(line.split(separator: ",").prefix(12)))
    }
    let json = try errors("summarize", "--format", "json")
    #expect(json.output.contains("\"schema\": \"credence.errors.statistics/1\""))
    #expect(json.output.contains("\"same_superclass\": "))

    #expect(
      try errors("pairs").output == "Spurious correlations pairs that appear as a mistake: 96\n")
    #expect(try errors("pairs", "--details", "--limit", "3").lines.count == 7)
    #expect(try errors("pairs", "--format", "csv").lines.count == 97)

    let common = try errors("common", "--error-type", "model_failure")
    #expect(
      try common.output == expected("most_common/imagenet/most_common_model_failure.txt"))
    let limited = try errors("common", "--error_type", "fg", "--limit", "2", "--format", "json")
    #expect(limited.output.contains("\"type\": \"same_superclass\""))
    let listed = try Program.run(
      ["errors", "common", "--error-type", "fg-OOV", "--limit", "4"] + features, in: workspace)
    #expect(listed.status == 0, "\(listed.error)")
    #expect(listed.output.contains("['potentially OOV, detected by CLIP', \"Top-5 alternative"))

    let sure = try errors("confidence", "timm/resnet_tiny_00", "--format", "csv")
    #expect(sure.status == 0, "\(sure.error)")
    #expect(sure.lines.count == 15)
    let table = try errors("confidence", "timm/resnet_tiny_00", "--accuracies", "0.3,0.9")
    #expect(table.output.contains("At 30 % accuracy "))
    #expect(table.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `what an analysis left out need not be said again`() throws {
    #expect(try errors("analyze", "--without-oov").status == 0)
    let run = try errors("summarize")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.output.contains("Left out: oov=skipped."))
    #expect(
      try workspace.files("stats-imagenet").first
        == "non_problematic_stats_all_oov=skipped.csv")
  }

  @Test func `an answer is explained with and without features`() throws {
    let image = "ILSVRC2012_val_00000882.JPEG"
    let full = try Program.run(
      ["errors", "explain", image, "--prediction", "n02009912"] + features, in: workspace)
    #expect(full.status == 0, "\(full.error)")
    #expect(full.output.contains("potentially OOV, detected by CLIP"))
    #expect(full.output.contains("casmerodius albus"))
    #expect(full.output.contains("The ten training images that look most like it"))
    let without = try errors(
      "explain", image, "timm/resnet_tiny_00", "--without-oov", "--json")
    #expect(without.status == 0, "\(without.error)")
    #expect(without.output.contains("\"schema\": \"credence.errors.explain/1\""))
    let unknown = try errors("explain", "nope.JPEG", "timm/resnet_tiny_00", "--without-oov")
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("There is no image ‘nope.JPEG’"))
  }

  @Test func `labels, classes and experts are described`() throws {
    let description = try errors("describe", "--details")
    #expect(description.status == 0, "\(description.error)")
    #expect(description.output.contains("Images with several correct labels"))
    #expect(description.output.contains("(13, 620) | (junco, snowbird) ; (laptop"))
    let dogs = try errors("describe", "--contains", "dog", "--exact")
    #expect(dogs.lines.last == "118 classes")
    let same = try errors("describe", "--similarity", "n02114712", "n02114712")
    #expect(same.output == "1.0\n")
    let unknown = try errors("describe", "--wordnet-paths", "n99999999")
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("n99999999"))
    let experts = try errors("describe", "--experts", "--without-oov")
    #expect(experts.status == 0, "\(experts.error)")
    #expect(experts.output.contains("greedysoups: "))
    #expect(experts.output.contains("Left out: oov=skipped."))
  }

  @Test func `models and superclasses are listed in both spellings`() throws {
    for flag in ["--models-summary-latex", "--models_summary_latex"] {
      #expect(try errors("list-latex", flag).output == expected("listings/models_summary.tex"))
    }
    let csv = try errors("list-latex", "--models_summary_csv", "--output", "lists")
    #expect(csv.status == 0)
    #expect(
      try Data(contentsOf: workspace.url("lists/models_summary.csv"))
        == Data(
          contentsOf: Self.golden.appendingPathComponent("expected/listings/models_summary.csv"))
    )
    let superclasses = try errors("list-latex", "--superclasses", "--superclasses-txt", "s.txt")
    #expect(try superclasses.output == expected("listings/superclasses.tex"))
    #expect(try workspace.text("s.txt") == expected("superclasses.txt"))
  }

  @Test(arguments: [
    ["common"], ["common", "--error-type", "nope"], ["evaluation"], ["list-latex"], ["explain"],
    ["evaluation", "--list_most_common_errors"], ["evaluation", "--error_type", "fg"],
    ["describe", "--similarity", "n02114712"], ["describe", "--exact"], ["pairs", "--limit", "-1"],
    ["confidence", "--accuracies", "95"], ["confidence", "--confidence", "nope"],
    ["explain", "a", "m", "--prediction", "1"], ["summarize", "--group", "nope"],
  ])
  func `a wrong command line is told apart from a failed run`(arguments: [String]) throws {
    let run = try Program.run(["errors"] + arguments, in: workspace)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
  }

  @Test func `the kinds are named where one is missing`() throws {
    let run = try errors("common", "--error-type", "nope")
    #expect(run.error.contains("overlapping_classes"))
    #expect(run.error.contains("spurious_correlation"))
  }
}
