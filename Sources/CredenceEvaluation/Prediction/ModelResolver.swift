public import CredenceData
public import CredenceFiles
public import CredenceHub
public import CredenceModels
public import CredenceNN
import CredenceTensor
import CredenceUncertainty
import Foundation

/// Finds what a reference stands for, fetches what is missing, and prepares it to run.
public struct ModelResolver: Sendable {
  public var hub: HubClient
  public var inference: InferenceSettings
  /// What the user says of the images, instead of what comes with the weights.
  public var overrides: PreprocessingOverrides
  /// The number of classes that weights must have; `nil` takes the file's word.
  public var classCount: Int?
  /// Which weights of a checkpoint with several.
  public var weights: TensorArchive.Source
  /// The published data set whose images a model takes that says nothing of them; `nil` for those of ImageNet.
  public var dataset: DatasetEntry?

  public init(
    hub: HubClient, inference: InferenceSettings = InferenceSettings(),
    overrides: PreprocessingOverrides = PreprocessingOverrides(), classCount: Int? = nil,
    weights: TensorArchive.Source = .averaged
  ) {
    self.hub = hub
    self.inference = inference
    self.overrides = overrides
    self.classCount = classCount
    self.weights = weights
  }

  /// The files of a model, on this machine.
  public struct Located: Sendable {
    public let reference: ModelReference
    let architecture: String
    let file: URL
    let preprocessing: Preprocessing
    /// The file, where it is one of weights that was named as such.
    var checkpoint: NetworkCheckpoint?
    /// What the user should know, such as a hub that can't be reached.
    public let notices: [String]
  }

  /// Finds the files of a model, and fetches those that are missing.
  ///
  /// - Parameters:
  ///   - reference: The model.
  ///   - progress: Called now and then while something is fetched, from any thread.
  /// - Returns: Its files and the preprocessing that comes with them.
  /// - Throws: `HubError`, `ModelError`, `FileError`.
  public func locate(
    _ reference: ModelReference,
    progress: (@Sendable (Download.Progress) -> Void)? = nil
  ) async throws -> Located {
    switch reference {
    case .weights(let architecture, let file): return try located(reference, architecture, file)
    case .checkpoint(let file): return try located(reference, "", file)
    case .program(let file, _):
      return Located(
        reference: reference, architecture: "", file: file,
        preprocessing: overrides.applied(to: dataset?.preprocessing ?? Preprocessing()),
        notices: dataset.map {
          ["‘\(reference.name)’ says nothing of its images; they are prepared as for \($0.id)."]
        } ?? [])
    case .published(let configuration):
      guard ModelCatalog[configuration.architecture] != nil else {
        throw ModelError.unknownModel(name: configuration.architecture, suggestions: [])
      }
      guard !configuration.hubID.isEmpty else {
        throw ModelError.noPublishedWeights(
          name: configuration.id,
          tags: PretrainedConfiguration.configurations(of: configuration.architecture)
            .filter { !$0.hubID.isEmpty }.map(\.tag))
      }
      let found = try await hub.weights(
        of: HubModel(configuration.hubID), progress: progress)
      return Located(
        reference: reference, architecture: configuration.architecture, file: found.file.url,
        preprocessing: overrides.applied(to: configuration.preprocessing()),
        notices: found.file.notice.map { [$0] } ?? [])
    case .repository(let name):
      let found = try await hub.weights(of: HubModel(name), progress: progress)
      return try located(
        reference, found.configuration, found.file.url,
        notices: found.file.notice.map { [$0] } ?? [])
    case .folder(let folder):
      let configuration = try HubConfiguration(
        contentsOf: folder.appending(path: HubClient.configurationFile))
      let files = HubClient.weightFiles.map { folder.appending(path: $0) }
      guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) })
      else {
        throw FileError.unreadable(
          file: files[0].relativePath, reason: "There is no such file.")
      }
      return try located(reference, configuration, file, notices: [])
    }
  }

  private func located(
    _ reference: ModelReference, _ architecture: String, _ file: URL
  ) throws -> Located {
    let checkpoint = try NetworkCheckpoint(
      contentsOf: file, architecture: architecture, overrides: overrides.network, source: weights)
    return Located(
      reference: reference, architecture: checkpoint.descriptor.id, file: file,
      preprocessing: overrides.applied(to: checkpoint.preprocessing), checkpoint: checkpoint,
      notices: checkpoint.notices)
  }

  private func located(
    _ reference: ModelReference, _ configuration: HubConfiguration, _ file: URL,
    notices: [String]
  ) throws -> Located {
    let architecture = configuration.architecture
    guard ModelCatalog[architecture] != nil else {
      throw ModelError.unknownModel(name: architecture, suggestions: [])
    }
    guard let interpolation = Interpolation(rawValue: configuration.interpolation) else {
      throw EvaluationError.invalidSetting(
        name: "The configuration's interpolation", value: "‘\(configuration.interpolation)’",
        allowed: Interpolation.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let cropMode = Preprocessing.CropMode(rawValue: configuration.cropMode) else {
      throw EvaluationError.invalidSetting(
        name: "The configuration's crop mode", value: "‘\(configuration.cropMode)’",
        allowed: Preprocessing.CropMode.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let unusual = configuration.modelArguments
    return Located(
      reference: reference, architecture: architecture, file: file,
      preprocessing: overrides.applied(
        to: Preprocessing(
          inputSize: configuration.inputSize,
          interpolation: interpolation, cropFraction: configuration.cropFraction,
          cropMode: cropMode,
          mean: configuration.mean, std: configuration.standardDeviation)),
      notices: notices
        + (unusual.isEmpty
          ? []
          : ["‘\(reference.name)’ was made with \(unusual), of which only sizes are heeded."]))
  }

  /// Opens a file of weights on this machine, named as for `ModelReference`.
  ///
  /// - Parameter text: A path, or `NAME=FILE`, with `+sn=3.0` and the like behind it.
  /// - Returns: The file and its network.
  /// - Throws: `ModelError`, `FileError`; `EvaluationError.invalidSetting` for a model that is no such file.
  public static func checkpoint(named text: String) throws -> NetworkCheckpoint {
    let (name, overrides) = try ModelReference.parts(text)
    switch try ModelReference.references(name).first {
    case .weights(let architecture, let file):
      return try NetworkCheckpoint(
        contentsOf: file, architecture: architecture, overrides: overrides.network)
    case .checkpoint(let file):
      return try NetworkCheckpoint(contentsOf: file, overrides: overrides.network)
    default:
      throw EvaluationError.invalidSetting(
        name: "The checkpoint", value: "‘\(text)’",
        allowed: "a file of weights that describes its network, or NAME=FILE")
    }
  }

  /// Reads the weights and prepares the network to run.
  ///
  /// - Throws: `ModelError`, `FileError`, `EngineError`, `DatasetError` for preprocessing that can't be.
  public func prepare(_ located: Located) throws -> PredictionModel {
    try located.preprocessing.validate()
    _ = try inference.device.checked()
    if case .program(let file, let kind) = located.reference {
      return try PredictionModel(
        ExportedProgram(contentsOf: file, kind: kind, device: inference.device),
        name: located.reference.name, preprocessing: located.preprocessing, settings: inference)
    }
    return try PredictionModel(
      network(located), file: located.file, preprocessing: located.preprocessing,
      settings: inference)
  }

  /// Reads the weights and makes the network, not yet prepared to run fast.
  ///
  /// - Throws: `ModelError`, also for a program, which is no network; `FileError`, `EngineError`.
  public func network(_ located: Located) throws -> ClassifierModel {
    let checkpoint = try checkpoint(located)
    try checkpoint.requireSingleNetwork(located.reference.name)
    return try checkpoint.model(
      name: located.reference.name, settings: settings(checkpoint, located),
      classCount: classCount)
  }

  /// The file of weights, opened.
  func checkpoint(_ located: Located) throws -> NetworkCheckpoint {
    if case .program = located.reference {
      throw ModelError.unsupportedSetting(
        model: located.reference.name, setting: "layers that can be changed",
        reason: "It is an exported program.")
    }
    return try located.checkpoint
      ?? NetworkCheckpoint(
        contentsOf: located.file, architecture: located.architecture, overrides: overrides.network,
        source: weights)
  }

  /// The network's settings for the images that it will see.
  func settings(_ checkpoint: NetworkCheckpoint, _ located: Located) -> NetworkSettings {
    var settings = checkpoint.description.settings
    settings.channelCount = located.preprocessing.channels
    settings.imageSize = [located.preprocessing.height, located.preprocessing.width]
    return settings
  }
}
