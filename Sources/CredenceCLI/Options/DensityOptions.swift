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
      "The data: \(DatasetRegistry.all.map(\.id).joined(separator: ", ")).", valueName: "name"))
  var dataset = "cifar10"

  @Option(
    name: [.customLong("dataset-root"), .customLong("data-dir")],
    help: ArgumentHelp("The folder of all data sets.", valueName: "dir"))
  var datasetRoot = DatasetRegistry.defaultFolder

  @Flag(
    name: [.customLong("data-aug")], inversion: .prefixedNo,
    help: "Vary training images as usual for the data; they are unless told otherwise.")
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
    guard DatasetRegistry[dataset] != nil else {
      throw ValidationError(
        "--dataset is ‘\(dataset)’; it must be one of \(DatasetRegistry.all.map(\.id).joined(separator: ", "))."
      )
    }
  }

  var isCompatible: Bool { compat == .ddu2021 }

  /// Whether training images are varied.
  var augments: Bool { givenAugments ?? true }

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

  /// The data set of the name.
  ///
  /// - Throws: `DatasetError`.
  func entry() throws -> DatasetEntry { try DatasetRegistry.named(dataset) }

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

  /// The network's settings for the data set.
  ///
  /// - Throws: `DatasetError`, `ValidationError`.
  func settings() throws -> NetworkSettings {
    let entry = try entry()
    var settings = try descriptor().settings
    settings.classCount = entry.classCount
    settings.imageSize = entry.imageSize
    settings.channelCount = entry.channelCount
    // The published program names LeNet's checkpoints after flags that it does not heed.
    if isCompatible, let model = DDUModel[model], !model.supportsSpectralNormAsPublished {
      return settings
    }
    settings.spectralNorm = norm
    settings.usesModifiedBlocks = modified
    return settings
  }

  /// The name of a checkpoint without epoch and ending.
  func checkpointName(seed: Int) -> String {
    if let model = DDUModel[model] {
      return model.checkpointName(seed: seed, spectralNorm: norm, isModified: modified)
    }
    let bound = spectralNorm ? "_sn_\(coeff)" : ""
    return "\(model)\(bound)\(modified ? "_mod" : "")_\(seed)"
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
