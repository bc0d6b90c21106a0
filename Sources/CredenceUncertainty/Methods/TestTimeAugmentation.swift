public import CredenceModels
public import CredenceTensor

/// One network's predictions of several views of each image: mirrored, and shifted by a few pixels.
///
/// - Note: As a measure of doubt, Ayhan & Berens, MIDL 2018; Wang et al., Neurocomputing 338, 2019, arXiv:1807.07356.
public struct TestTimeAugmentation: UncertaintyMethod {
  /// The defaults are the image and its mirror.
  public struct Configuration: Codable, Hashable, Sendable {
    /// Whether each view is also mirrored, left and right exchanged.
    public var flips = true
    /// By how many pixels images are shifted to the four corners; 0 for not at all.
    ///
    /// What enters is the image mirrored at its border.
    public var shift = 0

    public init(flips: Bool = true, shift: Int = 0) {
      self.flips = flips
      self.shift = shift
    }
  }

  public let configuration: Configuration
  private let network: CompiledClassifier

  public var memberCount: Int {
    (configuration.flips ? 2 : 1) * (configuration.shift > 0 ? 5 : 1)
  }
  public var classCount: Int { network.classCount }
  /// Embeddings are those of the image as it is.
  public var embeddingWidth: Int { network.embeddingWidth }

  /// - Parameters:
  ///   - network: The network.
  ///   - inputSize: Channels, height and width of images.
  ///   - configuration: The views.
  /// - Throws: `MethodError.badSetting` for views that don't exist.
  public init(
    _ network: CompiledClassifier, inputSize: [Int], _ configuration: Configuration
  ) throws {
    guard configuration.shift >= 0, configuration.shift < (inputSize.dropFirst().min() ?? 0) else {
      throw MethodError.badSetting(
        name: "--tta-shift", value: "\(configuration.shift)",
        allowed:
          "from 0 to below the \(inputSize.dropFirst().min() ?? 0) pixels of the image's side")
    }
    guard configuration.flips || configuration.shift > 0 else {
      throw MethodError.badSetting(
        name: "The views", value: "the image alone", allowed: "mirrored, shifted, or both")
    }
    self.network = network
    self.configuration = configuration
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    try withInference {
      var embeddings: Tensor?
      let logits = try views(of: images).map { view in
        let output = try network(view)
        if embeddings == nil { embeddings = output.embeddings }
        return output.logits
      }
      return try MemberPredictions(
        averaging: logits, embeddings: embeddingWidth > 0 ? embeddings : nil)
    }
  }

  /// The image as it is, then the others.
  private func views(of images: Tensor) throws -> [Tensor] {
    var views = [images]
    let shift = configuration.shift
    if shift > 0 {
      let size = Array(images.shape.suffix(2))
      let padded = try images.reflectionPadded([shift, shift, shift, shift])
      for (y, x) in [(0, 0), (0, 2 * shift), (2 * shift, 0), (2 * shift, 2 * shift)] {
        views.append(
          try padded.slice(2, from: y, to: y + size[0]).slice(3, from: x, to: x + size[1]))
      }
    }
    if configuration.flips { views += try views.map { try $0.flipped([3]) } }
    return views
  }
}
