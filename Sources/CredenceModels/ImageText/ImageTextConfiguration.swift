public import CredenceNN

/// The numbers that an image–text network is made of.
public struct ImageTextConfiguration: Hashable, Sendable {
  /// Which of the two ways the towers end and are trained.
  public enum Family: String, Hashable, Sendable {
    /// A class token and tokens that see what stands before them; softmax over pairs.
    case clip
    /// Attention pooling and tokens that see all; a sigmoid for each pair.
    case sigLIP
  }

  /// A transformer over patches.
  public struct ImageTransformer: Hashable, Sendable {
    /// Rows and columns of an image.
    public var imageSize: Int
    /// Rows and columns of a patch.
    public var patch: Int
    public var width: Int
    public var depth: Int
    public var heads: Int
    /// Hidden features of the MLPs.
    public var hidden: Int
    public var activation: Activation
    public var normEpsilon: Double
  }

  /// CLIP's residual network.
  public struct ImageResNet: Hashable, Sendable {
    public var imageSize: Int
    /// Blocks of each of the four stages.
    public var layers: [Int]
    /// Channels of the first stage's bottlenecks.
    public var width: Int
    /// Heads of the attention that pools the last feature map.
    public var heads: Int
  }

  /// The network that sees images.
  public enum ImageTower: Hashable, Sendable {
    case transformer(ImageTransformer)
    case resNet(ImageResNet)
    /// An architecture of `ModelCatalog`, without its classifier.
    case catalog(id: String, imageSize: Int)

    /// Rows and columns of an image.
    public var imageSize: Int {
      switch self {
      case .transformer(let tower): tower.imageSize
      case .resNet(let tower): tower.imageSize
      case .catalog(_, let imageSize): imageSize
      }
    }
  }

  /// The network that reads texts.
  public struct Text: Hashable, Sendable {
    public var vocabularySize: Int
    /// The most tokens of a text.
    public var contextLength: Int
    public var width: Int
    public var depth: Int
    public var heads: Int
    /// Hidden features of the MLPs.
    public var hidden: Int
    public var activation: Activation
    public var normEpsilon: Double
  }

  public var family: Family
  public var image: ImageTower
  public var text: Text
  /// The width of an image's and of a text's feature.
  public var featureWidth: Int
}

extension ImageTextConfiguration {
  /// Checks that a network can be made with these numbers, before memory is asked for.
  ///
  /// - Parameter file: The description's name in errors.
  /// - Throws: `ImageTextError.badConfiguration`, naming the number.
  func validate(file: String) throws(ImageTextError) {
    func check(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(ImageTextError) {
      guard allowed.contains(value) else {
        throw .badConfiguration(
          file: file,
          problem: "\(name) is \(value); from \(allowed.lowerBound) to \(allowed.upperBound) can be"
        )
      }
    }
    func checkTower(
      _ name: String, width: Int, depth: Int, heads: Int, hidden: Int
    ) throws(ImageTextError) {
      try check("the width of the \(name) tower", width, 1...16_384)
      try check("the depth of the \(name) tower", depth, 1...512)
      try check("the number of heads of the \(name) tower", heads, 1...width)
      try check("the hidden width of the \(name) tower", hidden, 1...131_072)
      guard width % heads == 0 else {
        throw .badConfiguration(
          file: file,
          problem: "the \(name) tower's width \(width) is no multiple of its \(heads) heads")
      }
    }
    try check("the width of features", featureWidth, 1...16_384)
    try check("the size of images", image.imageSize, 1...4096)
    switch image {
    case .transformer(let tower):
      try checkTower(
        "image", width: tower.width, depth: tower.depth, heads: tower.heads, hidden: tower.hidden)
      try check("the size of patches", tower.patch, 1...tower.imageSize)
      guard family == .clip || tower.width == featureWidth else {
        throw .badConfiguration(
          file: file,
          problem: "the image tower gives \(tower.width) features, the text tower \(featureWidth)")
      }
    case .resNet(let tower):
      guard tower.layers.count == 4 else {
        throw .badConfiguration(
          file: file, problem: "the residual network has \(tower.layers.count) stages instead of 4")
      }
      for count in tower.layers { try check("the number of blocks of a stage", count, 1...512) }
      try check("the width of the residual network", tower.width, 2...2048)
      try check("the number of heads of its pooling", tower.heads, 1...32 * tower.width)
      guard tower.width % 2 == 0, 32 * tower.width % tower.heads == 0 else {
        throw .badConfiguration(
          file: file,
          problem:
            "the residual network's width \(tower.width) does not go with \(tower.heads) heads")
      }
      guard tower.imageSize % 32 == 0 else {
        throw .badConfiguration(
          file: file, problem: "the size of images, \(tower.imageSize), is no multiple of 32")
      }
    case .catalog: break
    }
    try checkTower(
      "text", width: text.width, depth: text.depth, heads: text.heads, hidden: text.hidden)
    try check("the size of the vocabulary", text.vocabularySize, 1...2_000_000)
    try check("the number of tokens of a text", text.contextLength, 1...8192)
    for epsilon in [text.normEpsilon] where !(epsilon > 0 && epsilon < 1) {
      throw .badConfiguration(file: file, problem: "the normalization's epsilon is \(epsilon)")
    }
  }
}
