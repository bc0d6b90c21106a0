public import CredenceNN
public import CredenceTensor

/// A network that gives images and texts features of one space: those that belong together have a large cosine.
///
/// The towers are made of the catalog's blocks and have timm's parameter names; `ImageTextLayout` knows how files name them.
public struct ImageTextNetwork {
  public let configuration: ImageTextConfiguration
  /// The logarithm of the factor of cosines.
  public let logitScale: Parameter
  /// What is added to a pair's logit; `nil` where nothing is.
  public let logitBias: Parameter?
  private let image: any Network
  private let imageProjection: Linear?
  private let text: TextTransformer

  /// - Parameters:
  ///   - path: Where the parameters stand.
  ///   - configuration: The network's numbers, checked.
  /// - Throws: `EngineError`, `ModelError` for an image tower that is not in the catalog.
  public init(_ path: ParameterPath, _ configuration: ImageTextConfiguration) throws {
    self.configuration = configuration
    let visual = path / "visual"
    let size = configuration.image.imageSize
    let settings = NetworkSettings(classCount: 0, imageSize: [size, size])
    switch configuration.image {
    case .transformer(let tower):
      image = try VisionTransformer(visual, tower.variant(configuration.family), settings)
      imageProjection =
        configuration.family == .clip
        ? try .ofTokens(
          visual / "projection", from: tower.width, to: configuration.featureWidth, hasBias: false)
        : nil
    case .resNet(let tower):
      image = try CLIPResNet(visual, tower, to: configuration.featureWidth)
      imageProjection = nil
    case .catalog(let id, _):
      guard let descriptor = ModelCatalog[id] else {
        throw ModelError.unknownModel(name: id, suggestions: [])
      }
      image = try descriptor.make(visual, settings)
      imageProjection = nil
    }
    text = try TextTransformer(
      path / "text", configuration.text, to: configuration.featureWidth, configuration.family)
    // ln (1 / 0.07)
    logitScale = try path.parameter("logit_scale", [], .constant(2.659_260_036_932_778))
    logitBias =
      configuration.family == .sigLIP
      ? try path.parameter("logit_bias", [], .constant(-10)) : nil
  }

  /// The features of images.
  ///
  /// - Parameter images: `[batch, 3, size, size]`, normalized as the network expects.
  /// - Returns: `[batch, featureWidth]`, not of unit length.
  /// - Throws: `EngineError`.
  public func imageFeatures(_ images: Tensor) throws -> Tensor {
    let features = try image(images, .evaluation).embeddings
    return try imageProjection?(features, .evaluation) ?? features
  }

  /// The features of texts.
  ///
  /// - Parameters:
  ///   - ids: `[texts, places]`, integers, as the network's tokenizer gives them.
  ///   - ends: For each text the place whose feature is taken: of its last token, or the last place where the tower sees padding.
  /// - Returns: `[texts, featureWidth]`, not of unit length.
  /// - Throws: `EngineError`.
  public func textFeatures(_ ids: Tensor, ends: [Int]) throws -> Tensor {
    try text(ids, ends: ends)
  }
}

extension ImageTextConfiguration.ImageTransformer {
  /// The tower as the catalog's transformer.
  func variant(_ family: ImageTextConfiguration.Family) -> VisionTransformer.Variant {
    // The half keeps the product with the width from falling just short of the number.
    let base = VisionTransformer.Variant(
      patch: patch, width: width, depth: depth, heads: heads,
      expansion: (Double(hidden) + 0.5) / Double(width), activation: activation)
    let variant = family == .clip ? base.clip : base.sigLIP
    return variant.with(\.norm, .layer(epsilon: normEpsilon))
  }
}
