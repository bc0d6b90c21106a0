import Foundation
import Testing

/// `credence errors prepare` and `credence errors analyze` on the golden artefacts.
@Suite struct ErrorsCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let manager = FileManager.default
    for name in ["artefacts", "annotations", "imagenet-mistakes", "clip"] {
      try manager.copyItem(
        at: Program.package.appendingPathComponent("Tests/Golden/errors/\(name)"),
        to: workspace.url(name))
    }
    try manager.createDirectory(
      at: workspace.url("artefacts/wordnet"), withIntermediateDirectories: true)
    try manager.copyItem(
      at: Program.package.appendingPathComponent(
        "Tests/FileSupport/Fixtures/wordnet/data.noun.gz"),
      to: workspace.url("artefacts/wordnet/data.noun.gz"))
    for name in ["human_accuracy.json", "real.json", "validation_labels.txt"] {
      try manager.moveItem(
        at: workspace.url("annotations/\(name)"), to: workspace.url("artefacts/\(name)"))
    }
  }

  private func errors(_ arguments: String...) throws -> Program.Run {
    try Program.run(["errors"] + arguments, in: workspace)
  }

  private let features = [
    "--image-features", "clip/image_features.npz", "--text-features", "clip/text_features.npz",
  ]

  @Test func `everything at its usual place is analyzed, twice at the cost of once`() throws {
    let first = try Program.run(["errors", "analyze"] + features, in: workspace)
    #expect(first.status == 0)
    #expect(first.error.contains("Superclasses: "))
    #expect(first.output.contains("12 models on 193 of 252 annotated samples"))
    #expect(first.output.contains("0 tables used again"))
    let second = try Program.run(
      ["errors", "analyze", "--perform_error_analysis"] + features, in: workspace)
    #expect(second.status == 0)
    #expect(second.output.contains("0 distinct predictions decided, 12 tables used again"))
  }

  @Test func `what is missing stops the analysis, and the way out is said`() throws {
    let run = try errors("analyze")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("CLIP's image features are missing."))
    #expect(run.error.contains("--without-oov"))
    let without = try errors("analyze", "--without-oov", "timm/resnet_tiny_00")
    #expect(without.status == 0)
    #expect(without.error.contains("oov=skipped: "))
    #expect(without.output.contains("undecided"))
    #expect(without.output.contains("Left out: oov=skipped"))
  }

  @Test func `a model that can't be read is named, and the status is 2`() throws {
    try workspace.write("no archive", to: "artefacts/imagenet/timm--resnet_tiny_00/preds.npz")
    let run = try Program.run(["errors", "analyze"] + features, in: workspace)
    #expect(run.status == 2)
    #expect(run.error.contains("timm--resnet_tiny_00: ‘"))
    #expect(run.output.contains("11 models"))
    let alone = try errors("analyze", "--without-oov", "timm/resnet_tiny_00")
    #expect(alone.status == 1)
    let unknown = try errors("analyze", "--without-oov", "timm/resnet_tiny_01")
    #expect(unknown.status == 1)
    #expect(unknown.error.contains("Did you mean ‘"))
  }

  @Test func `prepare says what is there and what is missing`() throws {
    let incomplete = try errors("prepare")
    #expect(incomplete.status == 1)
    #expect(incomplete.output.contains("MISSING   CLIP's image features"))
    #expect(incomplete.output.contains("2 of 12 inputs are missing or unusable."))
    let complete = try Program.run(["errors", "prepare", "--json"] + features, in: workspace)
    // The golden file holds the prompts that the golden run needs, not all that can occur.
    #expect(complete.status == 1)
    #expect(complete.output.contains("lacks the features of"))
    let without = try errors("prepare", "--without-oov")
    #expect(without.status == 0)
    #expect(without.output.contains("Everything is there"))
    #expect(without.output.contains("252 images, 252 of them samples, 193 not problematic"))
  }

  @Test func `superclasses are held against the published results`() throws {
    let run = try errors("prepare", "--check-superclasses", "proposed")
    #expect(run.status == 0)
    #expect(run.output.contains("193 superclasses of two or more classes"))
    #expect(run.output.contains("892 of 892 pairs that must share a superclass do"))
    #expect(run.output.contains("0 of 3345 pairs that must not share one do"))
    try workspace.write("{\"fish\": []}\n", to: "bad.jsonl")
    let bad = try errors("prepare", "--check-superclasses", "bad.jsonl")
    #expect(bad.status == 1)
    #expect(bad.error.contains("‘bad.jsonl’, line 1"))
  }

  @Test func `options that contradict one another end with status 64`() throws {
    #expect(try errors("analyze", "--without-oov", "--neighbors", "x.npz").status == 64)
    #expect(try errors("analyze", "--pairs", "a", "--real", "b").status == 64)
    #expect(try errors("analyze", "--dataset", "../imagenet").status == 64)
    #expect(
      try errors("analyze", "--without-non-prototypical", "--mistakes", "m").status == 64)
    #expect(
      try errors("prepare", "--check-superclasses", "a", "--superclasses", "b").status == 64)
  }
}
