import ArgumentParser
import Credence
import Foundation

/// Which analyzed models a page is about.
struct ErrorTableOptions: ParsableArguments {
  @OptionGroup var knowledge: ErrorKnowledgeOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Models by name; all that were analyzed where none is named.", valueName: "model"))
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder of the images; IMAGENET_DIR/val or IMAGENET_A_DIR where those are set.",
      valueName: "dir"))
  var images: String?

  /// Knowledge and tables of the models; those that can't be read are named on standard error.
  func open(
    _ progress: Progress, needsTables: Bool = true
  ) throws -> (knowledge: ErrorKnowledge, tables: [ErrorTable], isComplete: Bool) {
    let inputs = knowledge.inputs
    progress.enter("opening the inputs of \(inputs.dataset)")
    let opened = try ErrorKnowledge(opening: inputs, for: .statistics)
    let folder = ErrorTableFolder(inputs)
    if !needsTables, models.isEmpty {
      let manifest = folder.url.appendingPathComponent(ErrorTableFolder.manifestName)
      guard FileManager.default.fileExists(atPath: manifest.path) else { return (opened, [], true) }
    }
    progress.enter("reading tables of mistakes")
    let (tables, refused) = try folder.tables(opened, models: models)
    for refusal in refused { ErrorText.write(refusal.error, about: refusal.model) }
    guard !tables.isEmpty || !needsTables else {
      throw ErrorAnalysisError.notAnalyzed(folder: folder.url.relativePath)
    }
    return (opened, tables, refused.isEmpty)
  }

  /// Where the images are; nil where nobody says.
  func imageFolder() throws -> ImageFolder? {
    let path =
      images
      ?? CollectionDataset.publishedFolder(
        knowledge.data.dataset, environment: ProcessInfo.processInfo.environment)
    return try path.map { try ImageFolder(URL(fileURLWithPath: $0)) }
  }

  /// The training images of ImageNet, which both data sets have classes of.
  func trainingFolder(_ path: String?) throws -> ImageFolder? {
    if let path { return try ImageFolder(URL(fileURLWithPath: path)) }
    return CollectionDataset.publishedFolder(
      "imagenet", part: "train", environment: ProcessInfo.processInfo.environment
    ).flatMap { try? ImageFolder(URL(fileURLWithPath: $0)) }
  }
}
