import ArgumentParser
import Credence
import Foundation

/// The command `credence errors browse`.
struct ErrorsBrowseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "browse",
    abstract: "Makes a page on which to look for images that models get wrong.",
    discussion: """
      The page filters the images by kind of mistake, class, model, and how many models are wrong, and shows the most \
      frequent answers to each. It is one file. Images are linked where they are, or embedded with --embed.

      Examples:
        credence errors browse --output browse --images imagenet/val
        credence errors browse --dataset imagenet-a --models timm/resnet50.a1_in1k --output browse --embed 500
      """)

  @OptionGroup var tables: ErrorTableOptions

  @Option(
    help: ArgumentHelp(
      "Embed this many images, shrunk: those that most models get wrong.", valueName: "n"))
  var embed = 0

  @Option(
    help: ArgumentHelp("The longest side of an embedded image in pixels.", valueName: "n"))
  var imageSize = 160

  @Option(
    help: ArgumentHelp(
      "How many models the page can filter by; the others count in its numbers.", valueName: "n"))
  var modelLimit = 200

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of browse.html.", valueName: "dir"))
  var output: String

  func validate() throws {
    guard (0...20_000).contains(embed) else {
      throw ValidationError("--embed is \(embed); it must be from 0 to 20000.")
    }
    guard (16...2048).contains(imageSize) else {
      throw ValidationError("--image-size is \(imageSize); it must be from 16 to 2048.")
    }
    guard (0...10_000).contains(modelLimit) else {
      throw ValidationError("--model-limit is \(modelLimit); it must be from 0 to 10000.")
    }
  }

  func run() throws {
    let url = URL(fileURLWithPath: output)
    let folder = try AtomicOutput(folder: url)
    let progress = Progress()
    defer { progress.finish() }
    let images = try tables.imageFolder()
    guard embed == 0 || images != nil else {
      throw ValidationError("--embed needs --images.")
    }
    let (knowledge, models, isComplete) = try tables.open(progress)
    progress.enter("summarizing \(models.count) models")
    let browser = try MistakeBrowser(
      samples: knowledge.samples, classes: knowledge.classes, tables: models,
      modelLimit: modelLimit)
    var shown = MistakeBrowser.Images()
    var problems = 0
    if let images {
      shown.address = images.relativeAddress(from: url)
      let wanted = browser.hardest(embed)
      for (index, name) in wanted.enumerated() {
        progress.enter("embedding images", detail: "\(index) of \(wanted.count)")
        do {
          shown.embedded[name] = try images.dataURI(name, side: imageSize)
        } catch let error as DatasetError {
          if problems == 0 { ErrorText.warn(ErrorText.sentences(error)) }
          problems += 1
        }
      }
    }
    progress.enter("writing the page")
    let page = try browser.page(images: shown, notes: knowledge.absent.map(\.effect))
    try folder.write(["browse.html": Data(page.utf8)])
    progress.finish()
    if problems > 1 { ErrorText.warn("\(problems) images can't be read.") }
    try StandardOutput.write(url.appendingPathComponent("browse.html").relativePath + "\n")
    if !isComplete || problems > 0 { throw ExitCode(2) }
  }
}
