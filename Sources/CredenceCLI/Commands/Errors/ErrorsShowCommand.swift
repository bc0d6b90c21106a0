import ArgumentParser
import Credence
import Foundation

/// The command `credence errors show`.
struct ErrorsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Makes a contact sheet: of images, of a class, or of a kind of mistakes.",
    discussion: """
      With --error-type the sheet shows the mistakes of that kind that most models share, or those of one model. Kinds: \
      \(ErrorType.mistakes.compactMap(\.listingName).joined(separator: ", ")).

      Examples:
        credence errors show n01440764/ILSVRC2012_val_00000293.JPEG --images imagenet/val --output sheet
        credence errors show --class goldfish --images imagenet/val --train-images imagenet/train --output sheet
        credence errors show --error-type model_failure --models timm/resnet50.a1_in1k --images imagenet/val --output sheet --png
      """)

  @Argument(
    help: ArgumentHelp(
      "Images by name, with or without the folder of their class.", valueName: "image"))
  var names: [String] = []

  @OptionGroup var tables: ErrorTableOptions

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("A class by wnid, number, or name.", valueName: "class"))
  var classText: String?

  @Option(
    name: [.long, .customLong("error_type")],
    help: ArgumentHelp("A kind of mistakes.", valueName: "kind"))
  var errorType: String?

  @Option(help: ArgumentHelp("The folder of the training images.", valueName: "dir"))
  var trainImages: String?

  @Option(help: ArgumentHelp("The most images of each section.", valueName: "n"))
  var limit = 60

  @Option(help: ArgumentHelp("The longest side of an image in pixels.", valueName: "n"))
  var imageSize = 240

  @Flag(help: "Also write the images as one picture, sheet.png.")
  var png = false

  @Option(
    name: [.long, .customShort("o")],
    help: ArgumentHelp("The folder of sheet.html.", valueName: "dir"))
  var output: String

  func validate() throws {
    let subjects = [!names.isEmpty, classText != nil, errorType != nil].count { $0 }
    guard subjects == 1 else {
      throw ValidationError("Give names of images, --class, or --error-type: one of the three.")
    }
    if let errorType, kind == nil {
      throw ValidationError(
        "--error-type is ‘\(errorType)’; it must be one of "
          + ErrorType.mistakes.compactMap(\.listingName).joined(separator: ", ") + ".")
    }
    guard (1...2000).contains(limit) else {
      throw ValidationError("--limit is \(limit); it must be from 1 to 2000.")
    }
    guard (16...1024).contains(imageSize) else {
      throw ValidationError("--image-size is \(imageSize); it must be from 16 to 1024.")
    }
  }

  private var kind: ErrorType? { ErrorType.mistakes.first { $0.listingName == errorType } }

  func run() throws {
    let url = URL(fileURLWithPath: output)
    let folder = try AtomicOutput(folder: url)
    let progress = Progress()
    defer { progress.finish() }
    let images = try tables.imageFolder()
    if png, images == nil { throw ValidationError("--png needs --images.") }
    let (knowledge, models, isComplete) = try tables.open(progress, needsTables: kind != nil)
    var sheet: ContactSheet
    if let kind {
      sheet = try .mistakes(
        kind, samples: knowledge.samples, classes: knowledge.classes, tables: models, limit: limit)
    } else if let classText {
      sheet = try .sheet(
        ofClass: knowledge.classes.index(matching: classText), samples: knowledge.samples,
        classes: knowledge.classes, tables: models,
        training: try tables.trainingFolder(trainImages), limit: limit)
    } else {
      sheet = try .samples(
        names, samples: knowledge.samples, classes: knowledge.classes, tables: models)
    }
    sheet.folder = images
    sheet.side = imageSize
    sheet.warnings = knowledge.absent.map(\.effect)
    progress.enter("reading \(sheet.count) images")
    var files = ["sheet.html": Data(try sheet.page().utf8)]
    if png {
      guard let picture = try sheet.picture() else {
        throw ReportError.noImages("of the sheet in " + (tables.images ?? "the folder of images"))
      }
      files["sheet.png"] = picture
    }
    try folder.write(files)
    progress.finish()
    for name in files.keys.sorted() {
      try StandardOutput.write(url.appendingPathComponent(name).relativePath + "\n")
    }
    if !isComplete { throw ExitCode(2) }
  }
}
