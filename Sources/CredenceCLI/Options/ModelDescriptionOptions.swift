import ArgumentParser
import Credence
import Foundation

/// What is to be said of models that the publication lacks.
struct ModelDescriptionOptions: ParsableArguments {
  @Option(
    name: .customLong("metadata"),
    help: ArgumentHelp(
      "JSON with published keys (arch_family, arch, training_data, …) for the only model, or with an object for each model's name.",
      valueName: "file"))
  var file: String?

  @Option(
    name: .customLong("model-id"),
    help: ArgumentHelp("What to call the only model.", valueName: "name"))
  var modelID: String?

  @Option(
    name: .customLong("arch-family"),
    help: ArgumentHelp(
      "The kind of network of the only model.", valueName: "mlp|cnn|transformer|hybrid"))
  var architectureFamily: String?

  @Option(
    name: .customLong("arch"),
    help: ArgumentHelp("The architecture of the only model, such as resnet.", valueName: "name"))
  var architecture: String?

  @Option(
    name: .customLong("training-data"),
    help: ArgumentHelp(
      "The training images of the only model, such as 'ImageNet-1k (1.2M)'.", valueName: "text"))
  var trainingData: String?

  @Option(
    help: ArgumentHelp("Where the weights of the only model come from.", valueName: "text"))
  var source: String?

  func validate() throws {
    if let architectureFamily, !Self.families.contains(architectureFamily) {
      throw ValidationError(
        "--arch-family is ‘\(architectureFamily)’; it must be one of \(Self.families.joined(separator: ", "))."
      )
    }
    if let modelID,
      modelID.isEmpty || modelID.hasPrefix(".") || modelID.hasPrefix("/") || modelID.contains("--")
    {
      throw ValidationError(
        "--model-id is ‘\(modelID)’; it must be a name such as lab/model, which becomes the folder lab--model."
      )
    }
  }

  private static let families = ["mlp", "cnn", "transformer", "hybrid"]

  private var isUsed: Bool {
    [modelID, architectureFamily, architecture, trainingData, source].contains { $0 != nil }
  }

  /// The models with what is said of them.
  ///
  /// - Throws: `ValidationError` for flags that could mean several models; `CollectionError`, `ArtifactError`, `FileError`.
  func applied(to items: [CollectionItem]) throws -> [CollectionItem] {
    guard isUsed || file != nil else { return items }
    var items =
      try file.map {
        try CollectionItem.described(items, by: URL(fileURLWithPath: $0))
      } ?? items
    guard isUsed else { return items }
    guard items.count == 1 else {
      throw ValidationError(
        "--model-id and the like describe one model, but \(items.count) are given. Describe several by --metadata."
      )
    }
    if let modelID { items[0].rename(modelID) }
    if let architectureFamily { items[0].record.architectureFamily = architectureFamily }
    if let architecture { items[0].record.architecture = architecture }
    if let trainingData { items[0].record.trainingData = trainingData }
    if let source { items[0].record.source = source }
    return items
  }
}
