public import CredenceNN
public import CredenceTensor

/// What an image classifier computes.
public struct NetworkOutput: Sendable {
  /// `[batch, classes]`, before softmax.
  public var logits: Tensor
  /// `[batch, width]`: the pooled features that the classifier sees.
  public var embeddings: Tensor

  public init(logits: Tensor, embeddings: Tensor) {
    self.logits = logits
    self.embeddings = embeddings
  }
}

/// An image classifier.
///
/// A network is a value made of layers; its parameters are registered in the `ParameterStore` it was made with.
public protocol Network {
  /// The last linear layer, if logits are a linear function of the embeddings.
  var classifier: Linear? { get }

  /// Runs the network.
  ///
  /// Shape arguments never contain the batch's size (they say −1), so that one recording fits every batch.
  ///
  /// - Parameters:
  ///   - images: `[batch, channels, height, width]`, normalized as the network expects.
  ///   - phase: Whether the network learns.
  /// - Returns: Logits and embeddings.
  /// - Throws: `EngineError`.
  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput
}

/// What may be chosen when a network is made.
public struct NetworkSettings: Codable, Hashable, Sendable {
  /// How many classes the classifier tells apart; 0 for a network without one, whose logits are its embeddings.
  public var classCount: Int
  /// Rows and columns of the images, for networks whose parameters depend on it.
  public var imageSize: [Int]
  /// Channels of the images.
  public var channelCount: Int
  /// The probability that dropout before the classifier, or inside of a wide residual network's blocks, drops an entry.
  public var dropoutRate: Double
  /// The probability that the last residual branch is dropped.
  public var dropPathRate: Double
  /// Whether the norms of convolutions and hidden dense layers are bounded.
  public var spectralNorm: SpectralNorm
  /// Whether activations are leaky and shortcuts average instead of projecting, so that features tell more inputs apart.
  ///
  /// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582, “sensitivity”.
  public var usesModifiedBlocks: Bool

  public init(
    classCount: Int = 1000, imageSize: [Int] = [224, 224], channelCount: Int = 3,
    dropoutRate: Double = 0, dropPathRate: Double = 0, spectralNorm: SpectralNorm = .off,
    usesModifiedBlocks: Bool = false
  ) {
    self.classCount = classCount
    self.imageSize = imageSize
    self.channelCount = channelCount
    self.dropoutRate = dropoutRate
    self.dropPathRate = dropPathRate
    self.spectralNorm = spectralNorm
    self.usesModifiedBlocks = usesModifiedBlocks
  }
}

/// Fits a file's tensor whose shape is not the parameter's, as positions learned for another image size.
///
/// Arguments are the parameter's name, the file's tensor, the parameter's shape, and the settings of the network that is made.
/// `nil` says that the tensor can't be fitted.
public typealias WeightAdaptation =
  @Sendable (_ name: String, _ tensor: Tensor, _ shape: [Int], _ settings: NetworkSettings)
  throws -> Tensor?

/// An architecture with all its numbers fixed: a row of a table.
public struct ModelDescriptor: Identifiable, Sendable {
  /// The field's name for it, which is timm's where timm has it: `resnet50`.
  public let id: String
  /// The family's name, such as `ResNet`.
  public let family: String
  /// The settings that the published weights have.
  public let settings: NetworkSettings
  /// Names of other programs' parameters that the file may hold instead, each followed by the name here.
  public let aliases: NameMapping?
  /// Fits tensors of other shapes; `nil` where only the same shapes will do.
  public let adapt: WeightAdaptation?
  /// Whether `NetworkSettings.spectralNorm` may be on.
  public let takesNormBounds: Bool
  /// Whether `NetworkSettings.usesModifiedBlocks` may be on.
  public let takesModifiedBlocks: Bool
  /// Makes the network, its parameters at `path`.
  ///
  /// Throws `ModelError` for settings that the architecture can't have, `EngineError`.
  public let make:
    @Sendable (_ path: ParameterPath, _ settings: NetworkSettings) throws -> any Network

  public init(
    _ id: String, family: String, settings: NetworkSettings = NetworkSettings(),
    aliases: NameMapping? = nil, adapt: WeightAdaptation? = nil, takesNormBounds: Bool = false,
    takesModifiedBlocks: Bool = false,
    make: @escaping @Sendable (ParameterPath, NetworkSettings) throws -> any Network
  ) {
    self.id = id
    self.family = family
    self.settings = settings
    self.aliases = aliases
    self.adapt = adapt
    self.takesNormBounds = takesNormBounds
    self.takesModifiedBlocks = takesModifiedBlocks
    self.make = { path, settings in
      guard takesNormBounds || settings.spectralNorm == .off else {
        throw ModelError.unsupportedSetting(
          model: id, setting: "spectral normalization",
          reason: "Not all of its layers have a version with a bounded norm.")
      }
      guard takesModifiedBlocks || !settings.usesModifiedBlocks else {
        throw ModelError.unsupportedSetting(
          model: id, setting: "leaky activations and averaging shortcuts",
          reason: "Its blocks have no such form.")
      }
      return try make(path, settings)
    }
  }
}
