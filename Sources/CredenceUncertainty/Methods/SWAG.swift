public import CredenceModels
public import CredenceNN
public import CredenceTensor

/// Networks with weights drawn from a SWAG posterior, and the mean of their probabilities.
public final class SWAG: UncertaintyMethod {
  public struct Configuration: Codable, Hashable, Sendable {
    /// How many draws.
    public var samples = 10
    public var seed: UInt64 = 0
    /// The part of the variance that draws have; the paper's is 0.5.
    public var scale = 0.5

    public init(samples: Int = 10, seed: UInt64 = 0, scale: Double = 0.5) {
      self.samples = samples
      self.seed = seed
      self.scale = scale
    }
  }

  public let classCount: Int
  private let members: [CompiledClassifier]

  public var memberCount: Int { members.count }
  public var embeddingWidth: Int { 0 }

  /// Draws networks.
  ///
  /// - Parameters:
  ///   - posterior: Of the network's weights.
  ///   - descriptor: The network.
  ///   - settings: Its settings.
  ///   - inputSize: Channels, height and width of images.
  ///   - configuration: How many draws, and which.
  ///   - inference: How networks run.
  ///   - trainingImages: Normalized batches of training images, by which each draw's running moments of batch normalization are renewed;
  ///     needed where there are such.
  /// - Throws: `MethodError`, `EngineError`.
  public init(
    _ posterior: SWAGPosterior, _ descriptor: ModelDescriptor, _ settings: NetworkSettings,
    inputSize: [Int], _ configuration: Configuration, inference: InferenceSettings,
    trainingImages: (((Tensor) throws -> Void) throws -> Void)?
  ) throws {
    guard (1...1000).contains(configuration.samples) else {
      throw MethodError.badSetting(
        name: "--samples", value: "\(configuration.samples)", allowed: "from 1 to 1000")
    }
    guard configuration.scale >= 0, configuration.scale.isFinite else {
      throw MethodError.badSetting(
        name: "--swag-scale", value: "\(configuration.scale)", allowed: "0 or more")
    }
    members = try (0..<configuration.samples).map { member in
      let store = ParameterStore(.awaitingWeights)
      let network = try descriptor.make(store.root, settings)
      let generator = try Generator(
        seed: configuration.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(member))
      try posterior.draw(into: store, scale: configuration.scale, using: generator)
      let model = ClassifierModel(
        descriptor.id, network, store, settings, origin: "\(descriptor.id) swag \(member)")
      if store.parameters.contains(where: { $0.name.hasSuffix("running_mean") }) {
        guard let trainingImages else {
          throw MethodError.missing(
            method: "swag", what: "training images, for it renews batch normalization",
            advice: "Name them by --train-data.")
        }
        try store.move(to: inference.device)
        let noise = try Generator(seed: configuration.seed, device: inference.device)
        var renewal = try MomentRenewal(store, noise: noise)
        try withoutGradients {
          try trainingImages { images in
            let phase = renewal.phase(for: images)
            _ = try network(images, phase)
          }
        }
        guard renewal.count > 0 else {
          throw MethodError.unusableData(
            what: "The training images", reason: "They make no batch of two images or more.")
        }
        try store.move(to: .cpu)
      }
      return try CompiledClassifier(model, inputSize: inputSize, settings: inference)
    }
    classCount = members[0].classCount
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    try MemberPredictions(averaging: members.map { try $0(images).logits })
  }
}
