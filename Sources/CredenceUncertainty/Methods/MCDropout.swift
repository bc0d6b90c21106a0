public import CredenceModels
public import CredenceNN
public import CredenceTensor

/// Predictions with dropout left on: draws from the posterior that dropout approximates.
///
/// Each member is one draw: what it drops, it drops for all images alike. Where dropout stands behind the embeddings only, the network's
/// body runs once for all members.
///
/// - Note: Gal & Ghahramani, ICML 2016, arXiv:1506.02142; members that drop the same for all images: Kirsch, van Amersfoort & Gal, NeurIPS
///   2019, arXiv:1906.08158.
public final class MCDropout: UncertaintyMethod {
  /// The defaults are 10 draws.
  public struct Configuration: Codable, Hashable, Sendable {
    /// How many draws.
    public var samples = 10
    public var seed: UInt64 = 0

    public init(samples: Int = 10, seed: UInt64 = 0) {
      self.samples = samples
      self.seed = seed
    }
  }

  public let memberCount: Int
  public let classCount: Int
  public let embeddingWidth: Int
  private let configuration: Configuration
  private let inference: InferenceSettings
  private let body: CompiledClassifier
  private let network: any Network
  /// What a draw adds to the embeddings where nothing else is drawn: each member's mask and the last layer.
  private let head: (masks: [Tensor], weight: Tensor, bias: Tensor?)?

  /// - Parameters:
  ///   - model: A network whose settings have a dropout rate above 0; it is moved to the device.
  ///   - inputSize: Channels, height and width of images.
  ///   - configuration: How many draws, and which.
  ///   - inference: How the network runs.
  /// - Throws: `MethodError.noDropout`, also for a network that ignores its rate; `MethodError.badSetting`, `EngineError`.
  public init(
    _ model: ClassifierModel, inputSize: [Int], _ configuration: Configuration,
    inference: InferenceSettings
  ) throws {
    guard (1...1000).contains(configuration.samples) else {
      throw MethodError.badSetting(
        name: "--samples", value: "\(configuration.samples)", allowed: "from 1 to 1000")
    }
    guard model.settings.dropoutRate > 0 else { throw MethodError.noDropout(model: model.name) }
    self.configuration = configuration
    self.inference = inference
    memberCount = configuration.samples
    network = model.network
    body = try CompiledClassifier(model, inputSize: inputSize, settings: inference)
    classCount = body.classCount
    embeddingWidth = body.embeddingWidth
    head = try Self.head(model, inputSize, configuration, inference.device)
    if head == nil { try model.store.move(to: inference.device, inference.elementType) }
  }

  /// The generator of a member, always in the same state.
  private static func generator(
    _ configuration: Configuration, _ member: Int, _ device: Device
  ) throws -> Generator {
    try Generator(
      seed: configuration.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(member), device: device)
  }

  /// Finds out whether draws change nothing but what the last layer sees, by trying it.
  private static func head(
    _ model: ClassifierModel, _ inputSize: [Int], _ configuration: Configuration,
    _ device: Device
  ) throws -> (masks: [Tensor], weight: Tensor, bias: Tensor?)? {
    try withInference {
      let images = try Tensor.normal([2] + inputSize, using: Generator(seed: 1))
      let dropout = Dropout(model.settings.dropoutRate)
      let plain = try model.network(images, .evaluation)
      let drawn = try model.network(images, .sampling(generator(configuration, 0, .cpu)))
      let changed = try drawn.logits.values(as: Float.self) != plain.logits.values(as: Float.self)
      guard changed || model.settings.dropoutRate < 0.05 else {
        throw MethodError.noDropout(model: model.name)
      }
      guard let classifier = model.network.classifier, plain.embeddings.rank == 2,
        try drawn.embeddings.values(as: Float.self) == plain.embeddings.values(as: Float.self)
      else { return nil }
      let rest = try classifier(
        dropout(plain.embeddings, .sampling(generator(configuration, 0, .cpu))), .evaluation)
      guard try rest.values(as: Float.self) == drawn.logits.values(as: Float.self) else {
        return nil
      }
      let ones = try Tensor.ones([1, plain.embeddings.shape[1]])
      let masks = try (0..<configuration.samples).map { member in
        try dropout(ones, .sampling(generator(configuration, member, .cpu))).to(device)
      }
      return (
        masks, try classifier.weight.value.to(device), try classifier.bias?.value.to(device)
      )
    }
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    try withInference {
      let plain = try body(images)
      let logits = try (0..<memberCount).map { member in
        if let head {
          return try (plain.embeddings * head.masks[member]).linear(head.weight, head.bias)
        }
        let generator = try Self.generator(configuration, member, inference.device)
        return try network(images.to(inference.elementType), .sampling(generator)).logits
          .to(.float32)
      }
      return try MemberPredictions(
        averaging: logits, embeddings: embeddingWidth > 0 ? plain.embeddings : nil)
    }
  }
}
