import CredenceNN
import CredenceTensor

/// VGG with and without batch normalization, with timm's parameter names.
///
/// The first two of the three dense layers are stored as convolutions, the first of 7 × 7: larger images are classified at every place and the
/// features are averaged; maps of smaller ones are stretched to 7 × 7. The form for small images has one dense layer behind the averaged maps,
/// and convolutions without bias; images smaller than 32 × 32 are not pooled behind the first stage.
///
/// - Note: Simonyan & Zisserman, ICLR 2015, arXiv:1409.1556.
struct VGG: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Convolutions of the five stages.
    var depths: [Int]
    var isNormalized = false
    /// Whether it is the form for small images.
    var isSmall = false
  }

  private let features: Sequential
  /// The two dense layers of the large form.
  private let hidden: Sequential?
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    var convolutions = SizedConvolutions(settings)
    // PyTorch's own first numbers, as in the published code of the small form.
    if variant.isSmall { convolutions.initialization = .kaimingUniform }
    let activation = convolutions.activation
    let skipsFirstPool = variant.isSmall && settings.imageSize.contains { $0 < 32 }
    var layers: [any Layer] = []
    var width = settings.channelCount
    for (stage, (depth, outputs)) in zip(variant.depths, [64, 128, 256, 512, 512]).enumerated() {
      for _ in 0..<depth {
        layers.append(
          try convolutions.convolution(
            path / "features" / layers.count, from: width, to: outputs, kernel: 3,
            hasBias: !variant.isSmall))
        if variant.isNormalized {
          layers.append(try convolutions.norm(path / "features" / layers.count, outputs))
        }
        layers.append(activation)
        width = outputs
      }
      if stage > 0 || !skipsFirstPool { layers.append(convolutions.maxPool(2, stride: 2)) }
    }
    features = Sequential(layers)
    dropout = Dropout(settings.dropoutRate)
    if variant.isSmall {
      hidden = nil
      head = try Linear(path / "classifier", from: width, to: settings.classCount)
      return
    }
    hidden = Sequential([
      try Conv2d(path / "pre_logits" / "fc1", from: width, to: 4096, kernel: 7), Activation.relu,
      dropout,
      try Conv2d(path / "pre_logits" / "fc2", from: 4096, to: 4096, kernel: 1), Activation.relu,
    ])
    head = try Linear(
      path / "head" / "fc", from: 4096, to: settings.classCount,
      initialization: .normal(deviation: 0.01), biasInitialization: .constant(0))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    var maps = try features(images, phase)
    if let hidden {
      let size = maps.shape.suffix(2).map { max(7, $0) }
      if maps.shape.suffix(2) != size[...] { maps = try maps.adaptiveAveragePool(size) }
      maps = try hidden(maps, phase)
    }
    let embeddings = try maps.mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }

  /// The name here of a parameter of torchvision's; any other name as it is.
  static func name(forTorchvision name: String) -> String? {
    for (theirs, ours) in [
      ("classifier.0.", "pre_logits.fc1."), ("classifier.3.", "pre_logits.fc2."),
      ("classifier.6.", "head.fc."),
    ] where name.hasPrefix(theirs) {
      return ours + name.dropFirst(theirs.count)
    }
    return name
  }
}

extension ModelDescriptor {
  static let vggs: [ModelDescriptor] = [
    vgg("vgg11", .init(depths: [1, 1, 2, 2, 2])),
    vgg("vgg11_bn", .init(depths: [1, 1, 2, 2, 2], isNormalized: true)),
    vgg("vgg13", .init(depths: [2, 2, 2, 2, 2])),
    vgg("vgg13_bn", .init(depths: [2, 2, 2, 2, 2], isNormalized: true)),
    vgg("vgg16", .init(depths: [2, 2, 3, 3, 3])),
    vgg("vgg16_bn", .init(depths: [2, 2, 3, 3, 3], isNormalized: true)),
    vgg("vgg19", .init(depths: [2, 2, 4, 4, 4])),
    vgg("vgg19_bn", .init(depths: [2, 2, 4, 4, 4], isNormalized: true)),
  ]

  /// VGG for small images.
  static let smallVGGs: [ModelDescriptor] = [
    ("vgg11", [1, 1, 2, 2, 2]), ("vgg13", [2, 2, 2, 2, 2]), ("vgg16", [2, 2, 3, 3, 3]),
    ("vgg19", [2, 2, 4, 4, 4]),
  ].map { name, depths in
    ModelDescriptor(
      "\(name)_32x32", family: "VGG",
      settings: NetworkSettings(classCount: 10, imageSize: [32, 32]), takesNormBounds: true,
      takesModifiedBlocks: true
    ) { try VGG($0, .init(depths: depths, isNormalized: true, isSmall: true), $1) }
  }

  private static func vgg(_ id: String, _ variant: VGG.Variant) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "VGG", aliases: NameMapping("torchvision", VGG.name(forTorchvision:)),
      adapt: flattening
    ) { try VGG($0, variant, $1) }
  }
}
