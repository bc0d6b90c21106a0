public import CredenceData
public import CredenceFiles
public import CredenceHub
import CredenceModels
public import CredenceNN
import CredenceTensor
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
    case .weights(let architecture, let file):
      return Located(
        reference: reference, architecture: architecture, file: file,
        preprocessing: overrides.applied(
          to: ModelCatalog[architecture]?.preprocessing ?? Preprocessing()), notices: [])
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
    guard let descriptor = ModelCatalog[located.architecture] else {
      throw ModelError.unknownModel(name: located.architecture, suggestions: [])
    }
    var settings = descriptor.settings
    settings.channelCount = located.preprocessing.channels
    settings.imageSize = [located.preprocessing.height, located.preprocessing.width]
    let model = try ClassifierModel(
      descriptor, weights: TensorArchive(contentsOf: located.file, source: weights),
      name: located.reference.name, settings: settings, classCount: classCount)
    return try PredictionModel(
      model, file: located.file, preprocessing: located.preprocessing, settings: inference)
  }
}
