import ArgumentParser
import Credence
import Foundation

/// The command `credence errors collect`.
struct ErrorsCollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Runs models over ImageNet and stores their predictions for the error analysis.",
    discussion: """
      Leaves preds.npz (top1, top5, probs) and metadata.json of every model in DIR/DATASET/MODEL, and samples_info.npz in \
      DIR/DATASET, as the published program does. Predictions that are there are not made again: only what their \
      description says of the model is renewed. An interrupted run goes on where it stopped, and a model that fails is \
      named while the others go on.

      Images: $IMAGENET_DIR with train/ and val/ inside, $IMAGENET_A_DIR with the class folders, or --data-dir. Any other \
      --dataset NAME is a set of the user's with one folder per class: folders of some of ImageNet's classes, or of a \
      network's own classes.

      Models: the 962 of the publication by module or name, and what ‘credence predict’ takes: names with or without a \
      tag, repositories, NAME=FILE, exported programs. A published model whose weights are not on the hub runs with \
      --models torchvision/squeezenet1_0=FILE.

      Examples:
        credence errors collect --list-modules
        credence errors collect --dataset imagenet-a --modules beit swin
        credence errors collect --models resnet50 'vit_*' --probs float16
        credence errors collect --models mine.pt2 --model-id lab/mine --metadata mine.json
        credence errors collect --get-computation-time
      """)

  @Option(
    help: ArgumentHelp(
      "The data set: imagenet, imagenet-a or a name of yours.", valueName: "name"))
  var dataset = "imagenet"

  @Option(
    name: [.customLong("modules"), .customLong("module")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Modules of the publication (default without --models: all).", valueName: "name"))
  var modules: [String] = []

  @Option(
    name: [.customLong("models"), .customLong("model")], parsing: .upToNextOption,
    help: ArgumentHelp("Models, with commas or blanks between them.", valueName: "name"))
  var models: [String] = []

  @Option(help: ArgumentHelp("The artefacts tree.", valueName: "dir"))
  var artefacts = "artefacts"

  @Option(
    name: [.customLong("data-dir"), .customLong("data_dir")],
    help: ArgumentHelp(
      "The images, instead of the environment's folder.", valueName: "dir"))
  var dataFolder: String?

  @Option(
    name: [.customLong("class-map"), .customLong("class_map")],
    help: ArgumentHelp(
      "The class number of each folder, where folders are no WordNet ids.", valueName: "file"))
  var classMap: String?

  @Flag(
    name: [.customLong("list-modules"), .customLong("list_modules")],
    help: "List the modules, and how many of their models can be run here.")
  var listsModules = false

  @Flag(
    name: [.customLong("get-computation-time"), .customLong("get_computation_time")],
    help: "Add up how long the predictions of the data set took.")
  var addsTimes = false

  @Option(
    help: ArgumentHelp(
      "How the probabilities of all classes are kept.",
      valueName: ProbabilityStorage.allCases.map(\.rawValue).joined(separator: "|")))
  var probs = ProbabilityStorage.float32

  @Flag(
    name: .customLong("no-compression"),
    help: "Store arrays as they are: larger files that can be mapped.")
  var isUncompressed = false

  @Flag(help: "Make predictions again that are there.")
  var overwrite = false

  @Option(
    name: [.customShort("b"), .customLong("batch-size"), .customLong("batch_size")],
    help: ArgumentHelp("Images per batch.", valueName: "n"))
  var batchSize = 64

  @Option(help: ArgumentHelp("Threads that read images.", valueName: "n"))
  var workers: Int?

  @OptionGroup(title: "Description of the model") var description: ModelDescriptionOptions
  @OptionGroup(title: "Models") var options: ModelOptions

  func validate() throws {
    if listsModules || addsTimes { return }
    guard (1...1_000_000).contains(batchSize) else {
      throw ValidationError("--batch-size is \(batchSize); it must be 1 or more.")
    }
    if let workers, !(1...1024).contains(workers) {
      throw ValidationError("--workers is \(workers); it must be from 1 to 1024.")
    }
    if dataset.isEmpty || dataset.hasPrefix(".") || dataset.contains("/") {
      throw ValidationError(
        "--dataset is ‘\(dataset)’; it must be a name, which becomes a folder of the artefacts tree."
      )
    }
    if options.checkpoint != nil {
      throw ValidationError("--checkpoint is not for this command; give NAME=FILE by --models.")
    }
    do {
      _ = try items()
    } catch let error as any LocalizedError {
      throw ValidationError(ErrorText.sentences(error))
    }
  }

  /// The models that are asked for.
  private func items() throws -> [CollectionItem] {
    let names = modules.flatMap { $0.split(separator: ",").map(String.init) }
    let items = try CollectionItem.items(
      modules: names.isEmpty && models.isEmpty ? ["all"] : names,
      models: ModelOptions.split(models))
    return try description.applied(to: items)
  }

  private var folder: URL { URL(fileURLWithPath: artefacts) }

  func run() throws {
    if listsModules {
      return try StandardOutput.write(PublishedModuleList().table())
    }
    if addsTimes {
      let time = try ComputationTime(of: folder.appending(path: dataset))
      for name in time.unknown { ErrorText.warn("‘\(name)’ does not say how long it took.") }
      return try StandardOutput.write(
        String(format: "Total time: %.2f sec = ", time.seconds) + time.clock + "\n")
    }
    let images = try CollectionDataset(
      name: dataset, folder: dataFolder, classMap: classMap,
      environment: ProcessInfo.processInfo.environment)
    var settings = CollectionSettings()
    settings.loading.batchSize = batchSize
    if let workers { settings.loading.workerCount = workers }
    settings.probabilities = probs
    settings.isCompressed = !isUncompressed
    settings.overwrites = overwrite
    var collection = ErrorCollection(try options.resolver(), settings)
    let progress = Progress()
    collection.reporter = CollectionReporting.reporter(progress)
    let (collected, failureCount) = try collection.run(items(), over: images, to: folder)
    progress.finish()
    for model in collected { try StandardOutput.write(model.folder + "\n") }
    if collected.isEmpty { throw ExitCode(1) }
    if failureCount > 0 { throw ExitCode(2) }
  }
}
