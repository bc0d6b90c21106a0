import CredenceNN
import CredenceTensor

/// Densely connected networks, with timm's and torchvision's parameter names.
///
/// - Note: Huang et al., CVPR 2017, arXiv:1608.06993.
struct DenseNet: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Layers of the four blocks.
    var depths: [Int]
    /// Channels that each layer adds.
    var growth = 32
    /// Whether three 3 × 3 convolutions stand for the stem's 7 × 7.
    var hasDeepStem = false
    /// Whether the stem's pooling is smoothed.
    var blurs = false
  }

  private let body: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    let place = path / "features"
    var width = 2 * variant.growth
    var body = try Self.stem(place, variant, settings)
    for (index, depth) in variant.depths.enumerated() {
      for layer in 0..<depth {
        body.append(
          try DenseLayer(
            place / "denseblock\(index + 1)" / "denselayer\(layer + 1)", from: width,
            growth: variant.growth))
        width += variant.growth
      }
      if index < variant.depths.count - 1 {
        let transition = place / "transition\(index + 1)"
        body += [
          try BatchNorm2d(transition / "norm", width), Activation.relu,
          try Conv2d(transition / "conv", from: width, to: width / 2, kernel: 1, hasBias: false),
          AveragePool2d(2),
        ]
        width /= 2
      }
    }
    body += [try BatchNorm2d(place / "norm5", width), Activation.relu]
    self.body = Sequential(body)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(
      path / "classifier", from: width, to: settings.classCount,
      biasInitialization: .constant(0))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try body(images, phase).mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }

  private static func stem(
    _ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings
  ) throws -> [any Layer] {
    let growth = variant.growth
    let widths = variant.hasDeepStem ? [growth, growth, 2 * growth] : [2 * growth]
    var width = settings.channelCount
    var layers: [any Layer] = []
    for (index, outputs) in widths.enumerated() {
      layers += [
        try Conv2d(
          path / "conv\(index)", from: width, to: outputs, kernel: variant.hasDeepStem ? 3 : 7,
          stride: index == 0 ? 2 : 1, padding: .zeros(variant.hasDeepStem ? 1 : 3),
          hasBias: false),
        try BatchNorm2d(path / "norm\(index)", outputs), Activation.relu,
      ]
      width = outputs
    }
    layers +=
      variant.blurs
      ? [MaxPool2d(3, stride: 1, padding: 1), BlurPool()] : [MaxPool2d(3, stride: 2, padding: 1)]
    return layers
  }

  /// The name here of a parameter of the published torchvision files, which write `norm.1` for `norm1`; any other name as it is.
  static func name(forTorchvision name: String) -> String? {
    var parts = name.split(separator: ".").map(String.init)
    guard parts.count == 6, parts[2].hasPrefix("denselayer"), ["norm", "conv"].contains(parts[3])
    else { return name }
    let number = parts.remove(at: 4)
    parts[3] += number
    return parts.joined(separator: ".")
  }
}

/// What a layer gets, followed by the channels that it adds to it.
private struct DenseLayer: Layer {
  private let branch: Sequential

  init(_ path: ParameterPath, from inputs: Int, growth: Int) throws {
    branch = Sequential([
      try BatchNorm2d(path / "norm1", inputs), Activation.relu,
      try Conv2d(path / "conv1", from: inputs, to: 4 * growth, kernel: 1, hasBias: false),
      try BatchNorm2d(path / "norm2", 4 * growth), Activation.relu,
      try Conv2d(
        path / "conv2", from: 4 * growth, to: growth, kernel: 3, padding: .zeros(1),
        hasBias: false),
    ])
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try .concatenated([input, branch(input, phase)], along: 1)
  }
}

extension ModelDescriptor {
  static let denseNets: [ModelDescriptor] = [
    denseNet("densenet121", .init(depths: [6, 12, 24, 16])),
    denseNet("densenet161", .init(depths: [6, 12, 36, 24], growth: 48)),
    denseNet("densenet169", .init(depths: [6, 12, 32, 32])),
    denseNet("densenet201", .init(depths: [6, 12, 48, 32])),
    denseNet("densenet264d", .init(depths: [6, 12, 64, 48], growth: 48, hasDeepStem: true)),
    denseNet(
      "densenetblur121d", .init(depths: [6, 12, 24, 16], hasDeepStem: true, blurs: true)),
  ]

  private static func denseNet(_ id: String, _ variant: DenseNet.Variant) -> ModelDescriptor {
    ModelDescriptor(
      id, family: "DenseNet",
      aliases: NameMapping("torchvision", DenseNet.name(forTorchvision:))
    ) { try DenseNet($0, variant, $1) }
  }
}
