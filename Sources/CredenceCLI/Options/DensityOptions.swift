import ArgumentParser
import Credence
import Foundation

/// The published program whose exact behavior the commands of ‘credence density’ can be asked for.
enum DensityCompatibility: String, CaseIterable, ExpressibleByArgument {
  /// Deep Deterministic Uncertainty, arXiv 2102.11582 of 2021.
  case ddu2021
}

/// Which network, which data and which machine: what the commands of ‘credence density’ share.
struct DensityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Reproduces whatever is drawn at random; also of the split.", valueName: "n")
  )
  var seed: Int

  @Option(
    help: ArgumentHelp(
      "The network: \(DDUModel.all.map(\.name).joined(separator: ", ")), or a name of ‘credence models’.",
      valueName: "name"))
  var model = "resnet50"

  @Flag(name: .customLong("sn", withSingleDash: true), help: "Bound the norms of layers.")
  var spectralNorm = false

  @Option(
    name: .customLong("coeff"),
    help: ArgumentHelp("-sn: the bound; 3 unless told otherwise.", valueName: "c"))
  var givenCoeff: Double?

  @Option(
    help: ArgumentHelp("-sn: power iterations of a step; 1 unless told otherwise.", valueName: "n"))
  var snPowerIterations: Int?

  @Option(
    help: ArgumentHelp(
      "-sn: power iterations before the first step; 15 unless told otherwise.", valueName: "n"))
  var snWarmup: Int?

  @Flag(
    name: .customLong("mod", withSingleDash: true),
    help: "Leaky activations, and shortcuts that average.")
  var modified = false

  @Option(
    help: ArgumentHelp(
      "The data: \(DatasetRegistry.all.map(\.id).joined(separator: ", ")); or a path, such as a folder of class folders.",
      valueName: "name|path"))
  var dataset = "cifar10"

  @Option(
    help: ArgumentHelp(
      "--dataset PATH: 1 for gray images, 3 for colors; what they are unless told otherwise.",
      valueName: "1|3"))
  var channels: Int?

  @Option(
    name: [.customLong("img-size"), .customLong("input-size")],
    help: ArgumentHelp(
      "--dataset PATH: rows and columns; theirs where they share one of 128 or less, else the network's.",
      valueName: "n|HxW"))
  var imageSize: String?

  @Option(
    help: ArgumentHelp(
      "The part of the training images that is held out, drawn by the seed.", valueName: "x"))
  var val = 0.1

  @Option(
    name: [.customLong("dataset-root"), .customLong("data-dir")],
    help: ArgumentHelp("The folder of all data sets.", valueName: "dir"))
  var datasetRoot = DatasetRegistry.defaultFolder

  @Flag(
    name: [.customLong("data-aug")], inversion: .prefixedNo,
    help:
      "Vary training images as usual for the data; they are unless told otherwise, images of a path only if so."
  )
  var givenAugments: Bool?

  @Option(name: .customShort("b"), help: ArgumentHelp("Images per batch.", valueName: "n"))
  var batchSize = 128

  @Flag(name: .customLong("no-gpu"), help: "Use the CPU.")
  var noGPU = false

  @Option(
    help: ArgumentHelp("Where to compute; the fastest that is there.", valueName: "cpu|cuda|mps"))
  var device: String?

  @Option(help: ArgumentHelp("Threads of an operation on the CPU.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The exact behavior of a published program.",
      valueName: DensityCompatibility.allCases.map(\.rawValue).joined(separator: "|")))
  var compat: DensityCompatibility?

  func validate() throws {
    if let device, Device(device) == nil {
      throw ValidationError("--device is ‘\(device)’; it must be cpu, cuda, cuda:N or mps.")
    }
    if noGPU, let device, device != "cpu" {
      throw ValidationError("--no-gpu and --device \(device) contradict each other.")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
    }
    guard (1...1_000_000).contains(batchSize) else {
      throw ValidationError("-b is \(batchSize); it must be 1 or more.")
    }
    guard (0...Int(UInt32.max)).contains(seed) else {
      throw ValidationError("--seed is \(seed); it must be from 0 to \(UInt32.max).")
    }
    guard coeff > 0, coeff.isFinite else {
      throw ValidationError("--coeff is \(coeff); it must be above 0.")
    }
    guard (0...10_000).contains(snPowerIterations ?? 1), (0...10_000).contains(snWarmup ?? 0) else {
      throw ValidationError("--sn-power-iterations and --sn-warmup must be from 0 to 10000.")
    }
    guard DDUModel[model] != nil || ModelCatalog[model] != nil else {
      throw ValidationError(
        "--model is ‘\(model)’; it must be one of \(DDUModel.all.map(\.name).joined(separator: ", ")), or a name that ‘credence models’ lists."
      )
    }
    try Self.checkImages(dataset, option: "--dataset")
    if DatasetRegistry[dataset] != nil, channels != nil || imageSize != nil {
      throw ValidationError(
        "--channels and --img-size belong to a path; --dataset \(dataset) is published, and has its own."
      )
    }
    if let channels, channels != 1, channels != 3 {
      throw ValidationError("--channels is \(channels); it must be 1 or 3.")
    }
    _ = try shape()
    guard (0..<1).contains(val) else {
      throw ValidationError("--val is \(val); it must be from 0 to below 1.")
    }
    if isCompatible, val != 0.1 || DatasetRegistry[dataset] == nil {
      throw ValidationError(
        "--compat ddu2021 knows published data sets, of which a tenth is held out.")
    }
  }

  var isCompatible: Bool { compat == .ddu2021 }

  /// The bound of -sn.
  var coeff: Double { givenCoeff ?? 3 }

  /// Warns of options that have no effect without -sn; published scripts give some always.
  func warnOfUnusedOptions() {
    guard !spectralNorm else { return }
    let given = [
      ("--coeff", givenCoeff != nil), ("--sn-power-iterations", snPowerIterations != nil),
      ("--sn-warmup", snWarmup != nil),
    ]
    for (name, isGiven) in given where isGiven {
      ErrorText.warn("\(name) has no effect without -sn.")
    }
  }

  /// Refuses what is neither a name nor a path.
  ///
  /// - Throws: `ValidationError`.
  static func checkImages(_ text: String, option: String) throws {
    guard DatasetRegistry[text] == nil, !FileManager.default.fileExists(atPath: text) else {
      return
    }
    throw ValidationError(
      "\(option) is ‘\(text)’; it must be one of \(DatasetRegistry.all.map(\.id).joined(separator: ", ")), or the path of a folder or file."
    )
  }

  /// The images of the name or path.
  ///
  /// - Throws: `DatasetError`.
  func source() throws -> ImageSource { try ImageSource(dataset, in: datasetRoot) }

  /// What the network has to know of its images.
  ///
  /// - Parameters:
  ///   - source: The images of the name or path.
  ///   - images: Those of training; they are looked at where they lie at a path.
  /// - Returns: The published task, or that of the images.
  /// - Throws: `DatasetError`, `ValidationError`.
  func task(_ source: ImageSource, _ images: @autoclosure () throws -> any ImageDataset) throws
    -> ImageTask
  {
    if let entry = source.entry { return ImageTask(entry) }
    return try ImageTask(images(), shape(), for: descriptor())
  }

  private func shape() throws -> ImageTask.Shape {
    guard let imageSize else { return ImageTask.Shape(channels: channels) }
    let sides = imageSize.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let rows = sides[0], let columns = sides[sides.count - 1],
      1...4096 ~= rows, 1...4096 ~= columns
    else {
      throw ValidationError(
        "--img-size is ‘\(imageSize)’; it must be a number of pixels from 1 to 4096, or ROWSxCOLUMNS."
      )
    }
    return ImageTask.Shape(channels: channels, size: [rows, columns])
  }

  /// How training images are varied.
  func augmentation(_ task: ImageTask) -> DatasetEntry.Augmentation {
    givenAugments ?? (DatasetRegistry[dataset] != nil) ? task.augmentation : .none
  }

  /// The architecture.
  ///
  /// - Throws: `ValidationError`.
  func descriptor() throws -> ModelDescriptor {
    guard let descriptor = ModelCatalog[DDUModel[model]?.modelID ?? model] else {
      throw ValidationError("--model is ‘\(model)’, which is not known.")
    }
    return descriptor
  }

  /// Whether norms are bounded.
  var norm: SpectralNorm {
    guard spectralNorm else { return .off }
    return .on(
      SpectralNorm.Settings(
        coefficient: coeff, powerIterations: snPowerIterations ?? 1,
        warmupIterations: snWarmup ?? (isCompatible ? 0 : 15)))
  }

  /// The network's settings for its images.
  ///
  /// - Throws: `ValidationError`.
  func settings(_ task: ImageTask) throws -> NetworkSettings {
    var settings = try descriptor().settings
    settings.classCount = task.classCount
    settings.imageSize = [task.preprocessing.height, task.preprocessing.width]
    settings.channelCount = task.preprocessing.channels
    // The published program names LeNet's checkpoints after flags that it does not heed.
    if isCompatible, let model = DDUModel[model], !model.supportsSpectralNormAsPublished {
      return settings
    }
    settings.spectralNorm = norm
    settings.usesModifiedBlocks = modified
    return settings
  }

  /// The name of a checkpoint without epoch and ending.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - heads: Last layers; published networks have one, and their names say nothing of it.
  /// - Returns: The published name, or one of its form.
  func checkpointName(seed: Int, heads: Int) -> String {
    let bound = spectralNorm ? "_sn_\(coeff)" : ""
    let several = heads > 1 ? "_heads_\(heads)" : ""
    return "\(model)\(bound)\(modified ? "_mod" : "")\(several)_\(seed)"
  }

  /// The device, and the threads of the engine.
  ///
  /// - Throws: `EngineError.deviceUnavailable`.
  func chosenDevice() throws -> Device {
    if let threads { try Engine.setThreadCount(threads) }
    if noGPU { return .cpu }
    return try device.flatMap { Device($0) }?.checked() ?? Device.available()[0]
  }
}
