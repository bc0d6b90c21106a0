public import CredenceData
public import CredenceFiles
import CredenceNN
public import Foundation

/// A file of weights, and the network that they are for.
///
/// ```swift
/// let model = try NetworkCheckpoint(contentsOf: url).model()
/// ```
///
/// Files of Credence describe their network. Of a state dictionary of the published code for Deep Deterministic Uncertainty the tensors'
/// names and shapes tell the size of images and whether norms are bounded, and the file's name the bound.
public struct NetworkCheckpoint: Sendable {
  public let description: NetworkDescription
  public let descriptor: ModelDescriptor
  public let weights: TensorArchive
  public let file: URL
  /// What was assumed, in sentences for the user.
  public let notices: [String]

  /// Opens a file and finds out about its network; weights are not read yet.
  ///
  /// - Parameters:
  ///   - file: safetensors, or what `torch.save` wrote.
  ///   - architecture: A name of `ModelCatalog` or `DDUModel`; empty to take the file's word.
  ///   - overrides: What the user says of the network.
  ///   - source: Which weights to take where a checkpoint holds several.
  /// - Throws: `FileError`; `ModelError.unknownModel` where neither the file nor its name says the architecture.
  public init(
    contentsOf file: URL, architecture: String = "",
    overrides: NetworkOverrides = NetworkOverrides(), source: TensorArchive.Source = .averaged
  ) throws {
    let weights = try TensorArchive(contentsOf: file, source: source)
    let written = try NetworkDescription.of(weights.metadata, file: weights.file)
    let name = DDUCheckpointName(file)
    let model =
      architecture.isEmpty ? written?.model ?? name.model?.modelID ?? "" : architecture
    guard
      let descriptor = ModelCatalog[model] ?? DDUModel[model].flatMap({ ModelCatalog[$0.modelID] })
    else {
      throw ModelError.unknownModel(
        name: model.isEmpty ? file.lastPathComponent : model, suggestions: [])
    }
    var notices: [String] = []
    var description: NetworkDescription
    if let written, written.model == descriptor.id {
      description = written
    } else {
      description = NetworkDescription(
        model: descriptor.id, settings: descriptor.settings, epoch: name.epoch)
      if descriptor.takesNormBounds {
        let tensors = NamedShapes(weights)
        tensors.describe(&description.settings)
        if tensors.isBounded {
          if name.coefficient == nil, overrides.normCoefficient == nil {
            notices.append(
              "‘\(weights.file)’ does not say what bounds its norms; 3 is taken. Say another by +sn=…."
            )
          }
          description.settings.spectralNorm = .on(.init(coefficient: name.coefficient ?? 3))
        }
        description.settings.usesModifiedBlocks =
          tensors.projectsShortcuts.map { !$0 } ?? name.isModified
      }
    }
    if let coefficient = overrides.normCoefficient {
      var settings = description.settings.spectralNorm.settings ?? SpectralNorm.Settings()
      settings.coefficient = coefficient
      description.settings.spectralNorm = .on(settings)
    }
    if let isModified = overrides.usesModifiedBlocks {
      description.settings.usesModifiedBlocks = isModified
    }
    if let rate = overrides.dropoutRate { description.settings.dropoutRate = rate }
    self.description = description
    self.descriptor = descriptor
    self.weights = weights
    self.file = file
    self.notices = notices
  }

  /// Whether a file says by itself which network it is for: by its description, or by the name that the published code gives.
  public static func describesItself(_ file: URL) -> Bool {
    if file.pathExtension == "model", DDUCheckpointName(file).model != nil { return true }
    guard file.pathExtension == "safetensors", let weights = try? TensorArchive(contentsOf: file)
    else { return false }
    return weights.metadata[NetworkDescription.metadataKey] != nil
  }

  /// How images become the network's input.
  public var preprocessing: Preprocessing {
    let settings = description.settings
    var preprocessing = descriptor.preprocessing
    if settings.channelCount == 1, preprocessing.channels != 1, settings.imageSize[0] <= 32 {
      preprocessing.mean = [0.1307]
      preprocessing.std = [0.3081]
    }
    if !description.mean.isEmpty, description.mean.count == description.std.count {
      preprocessing.mean = description.mean
      preprocessing.std = description.std
    }
    if settings != descriptor.settings || !description.mean.isEmpty {
      preprocessing.inputSize = [settings.channelCount] + settings.imageSize
    }
    return preprocessing
  }

  /// The network with its weights.
  ///
  /// - Parameters:
  ///   - name: What to call it; the architecture's name where `nil`.
  ///   - settings: Other settings than the description's.
  ///   - classCount: The number of classes that the file must have.
  /// - Returns: A network ready to run.
  /// - Throws: `ModelError`, `FileError`, `EngineError`.
  public func model(
    name: String? = nil, settings: NetworkSettings? = nil, classCount: Int? = nil
  ) throws -> ClassifierModel {
    try ClassifierModel(
      descriptor, weights: weights, name: name, settings: settings ?? description.settings,
      classCount: classCount)
  }
}

/// What the names and shapes of a state dictionary tell of its network.
private struct NamedShapes {
  private let entries: [TensorArchive.Entry]

  init(_ weights: TensorArchive) { entries = weights.entries }

  /// Whether norms are bounded: each such weight stands beside its singular vectors.
  var isBounded: Bool { entries.contains { $0.name.hasSuffix(".weight_orig") } }

  private func shape(_ name: String) -> [Int]? {
    entries.first { $0.name == name || $0.name == name + "_orig" }?.shape
  }

  /// Sets what the first layers tell: the channels and the size of images.
  func describe(_ settings: inout NetworkSettings) {
    for first in ["conv1", "features.0"] {
      guard let shape = shape(first + ".weight"), shape.count == 4 else { continue }
      settings.channelCount = shape[1]
      if let count = entries.first(where: { $0.name == first + ".weight_v" })?.shape.first,
        shape[1] > 0
      {
        let side = Int(Double(count / shape[1]).squareRoot())
        if side * side * shape[1] == count { settings.imageSize = [side, side] }
      } else if shape[1] == 1, settings.imageSize == [32, 32] {
        // Gray images of the published code are MNIST's.
        settings.imageSize = [28, 28]
      }
      return
    }
  }

  /// Whether shortcuts have weights; `nil` for a network that has no shortcuts.
  var projectsShortcuts: Bool? {
    guard entries.contains(where: { $0.name.hasPrefix("layer2.0.") }) else { return nil }
    return entries.contains {
      $0.name.contains(".shortcut.") || $0.name.contains(".downsample.")
    }
  }
}
