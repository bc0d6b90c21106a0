import Foundation
import Testing

/// `credence errors browse`, `show` and `report` on the golden artefacts.
@Suite struct ErrorsPagesCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    let manager = FileManager.default
    let golden = Program.package.appendingPathComponent("Tests/Golden/errors")
    for name in ["artefacts", "imagenet-mistakes"] {
      try manager.copyItem(
        at: golden.appendingPathComponent(name), to: workspace.url(name))
    }
    try manager.createDirectory(
      at: workspace.url("artefacts/wordnet"), withIntermediateDirectories: true)
    try manager.copyItem(
      at: Program.package.appendingPathComponent(
        "Tests/FileSupport/Fixtures/wordnet/data.noun.gz"),
      to: workspace.url("artefacts/wordnet/data.noun.gz"))
    for name in ["human_accuracy.json", "real.json", "validation_labels.txt"] {
      try manager.copyItem(
        at: golden.appendingPathComponent("annotations/\(name)"),
        to: workspace.url("artefacts/\(name)"))
    }
    let samples = try errors("analyze", "--without-oov")
    #expect(samples.status == 0, "\(samples.error)")
  }

  private func errors(_ arguments: String...) throws -> Program.Run {
    try Program.run(["errors"] + arguments, in: workspace)
  }

  @Test func `browse makes one page, with images linked from where it is`() throws {
    try FileManager.default.createDirectory(
      at: workspace.url("my val"), withIntermediateDirectories: true)
    let run = try errors(
      "browse", "--without-oov", "--images", "my val", "--model-limit", "3", "-o", "pages/deep")
    #expect(run.status == 0, "\(run.error)")
    #expect(run.lines == ["pages/deep/browse.html"])
    let page = try workspace.text("pages/deep/browse.html")
    #expect(page.contains("\"address\":\"../../my%20val\""))
    #expect(page.contains("The page can filter by the first 3 of 12 models"))
    #expect(page.contains("imagenet · 252 images · 12 models"))
    #expect(page.contains("are not told apart"))
  }

  @Test func `images that can't be embedded are counted, and the status is 2`() throws {
    try FileManager.default.createDirectory(
      at: workspace.url("val"), withIntermediateDirectories: true)
    let run = try errors("browse", "--without-oov", "--images", "val", "--embed", "3", "-o", "out")
    #expect(run.status == 2)
    #expect(run.error.contains("3 images can't be read."))
    #expect(FileManager.default.fileExists(atPath: workspace.url("out/browse.html").path))
  }

  @Test func `show makes sheets of a class, of images, and of kinds of mistakes`() throws {
    let kind = try errors("show", "--without-oov", "--error_type", "fg", "-o", "kind")
    #expect(kind.status == 0, "\(kind.error)")
    #expect(
      try workspace.text("kind/sheet.html").contains("Fine-grained: mistakes that models share"))
    let one = try errors(
      "show", "--without-oov", "--error-type", "model_failure", "--models", "timm/resnet_tiny_00",
      "-o", "one")
    #expect(one.status == 0, "\(one.error)")
    #expect(try workspace.text("one/sheet.html").contains("Model failure: timm--resnet_tiny_00"))
    let group = try errors("show", "--without-oov", "--class", "goldfish", "-o", "class")
    #expect(group.status == 0, "\(group.error)")
    #expect(try workspace.text("class/sheet.html").contains("1, n01443537: goldfish"))
    let names = try errors("show", "--without-oov", "nothing.JPEG", "-o", "names")
    #expect(names.status == 1)
    #expect(names.error.contains("The image is ‘nothing.JPEG’, which is not known."))
  }

  @Test func `report shows models side by side, and what one is sure of`() throws {
    let all = try errors("report", "--without-oov", "-o", "all")
    #expect(all.status == 0, "\(all.error)")
    #expect(
      try workspace.text("all/report.html").contains("What kind of mistakes do 12 models make?"))
    let file = "artefacts/imagenet/timm--resnet_tiny_00/preds.npz"
    let one = try errors(
      "report", "--without-oov", "--models", "timm/resnet_tiny_00", "--predictions", file, "-o",
      "one")
    #expect(one.status == 0, "\(one.error)")
    let page = try workspace.text("one/report.html")
    #expect(page.contains("The surest unexplained mistakes of timm--resnet_tiny_00"))
    #expect(page.contains("risk-by-type-1"))
    let unnamed = try errors("report", "--without-oov", "--predictions", file, "-o", "two")
    #expect(unnamed.status == 64)
    #expect(unnamed.error.contains("MODEL=FILE"))
  }

  @Test func `what was not analyzed is said, and nothing is written`() throws {
    let never = try errors("browse", "--without-oov", "--dataset", "imagenet-a", "-o", "out")
    #expect(never.status == 1)
    #expect(never.error.contains("analyze"))
    #expect(!FileManager.default.fileExists(atPath: workspace.url("out").path))
  }

  @Test func `what can't be is a wrong command line`() throws {
    for arguments in [
      ["browse"], ["browse", "-o", "out", "--embed", "-1"],
      ["browse", "-o", "out", "--image-size", "5"], ["show", "-o", "out"],
      ["show", "x.png", "--class", "1", "-o", "out"],
      ["show", "--error-type", "bad", "-o", "out"],
      ["show", "--class", "1", "--limit", "0", "-o", "out"],
      ["report", "-o", "out", "--right", "always"],
    ] {
      let run = try Program.run(["errors"] + arguments, in: workspace)
      #expect(run.status == 64, "\(arguments)")
    }
    let images = try errors("browse", "--without-oov", "--images", "nowhere", "-o", "out")
    #expect(images.status == 1)
    #expect(images.error.contains("There is no folder of images ‘"))
  }
}
