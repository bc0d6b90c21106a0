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
    if let images { return try ImageFolder(URL(fileURLWithPath: images)) }
    guard
      let path = Self.environment("IMAGENET_A_DIR", of: "imagenet-a", knowledge.dataset)
        ?? Self.environment("IMAGENET_DIR", of: "imagenet", knowledge.dataset)
    else { return nil }
    let url = URL(fileURLWithPath: path)
    return try ImageFolder(
      knowledge.dataset == "imagenet" ? url.appendingPathComponent("val") : url)
  }

  /// The training images of ImageNet, which both data sets have classes of.
  func trainingFolder(_ path: String?) throws -> ImageFolder? {
    if let path { return try ImageFolder(URL(fileURLWithPath: path)) }
    guard let root = ProcessInfo.processInfo.environment["IMAGENET_DIR"], !root.isEmpty else {
      return nil
    }
    return try? ImageFolder(URL(fileURLWithPath: root).appendingPathComponent("train"))
  }

  private static func environment(
    _ name: String, of dataset: String, _ wanted: String
  ) -> String? {
    guard dataset == wanted, let path = ProcessInfo.processInfo.environment[name], !path.isEmpty
    else { return nil }
    return path
  }
}
