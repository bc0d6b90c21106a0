import CredenceNN
import CredenceTensor

/// SqueezeNet, with torchvision's parameter names.
///
/// The classifier is a convolution, whose rectified maps are averaged: logits are not negative, and no linear function of
/// the embeddings.
///
/// - Note: Iandola et al., arXiv:1602.07360.
struct SqueezeNet: Network {
  /// The numbers that tell the versions apart.
  struct Variant: Sendable {
    /// Channels and kernel of the first convolution.
    var stemWidth: Int
    var stemKernel: Int
    /// The fire modules that begin with a pooling, counted from 0.
    var pooledModules: Set<Int>
  }

  private let features: Sequential
  private let dropout: Dropout
  private let head: Conv2d

  var classifier: Linear? { nil }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    var layers: [any Layer] = [
      try Conv2d(
        path / "features" / 0, from: settings.channelCount, to: variant.stemWidth,
        kernel: variant.stemKernel, stride: 2), Activation.relu,
    ]
    var width = variant.stemWidth
    for module in 0..<8 {
      if variant.pooledModules.contains(module) {
        layers.append(MaxPool2d(3, stride: 2, roundsUp: true))
      }
      let squeezed = 16 * (module / 2 + 1)
      layers.append(
        try FireModule(path / "features" / layers.count, from: width, squeezed: squeezed))
      width = 8 * squeezed
    }
    features = Sequential(layers)
    dropout = Dropout(settings.dropoutRate)
    head = try Conv2d(path / "classifier" / 1, from: width, to: settings.classCount, kernel: 1)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let maps = try features(images, phase)
    let logits = try head(dropout(maps, phase), phase).relu().mean(over: [2, 3])
    return NetworkOutput(logits: logits, embeddings: try maps.mean(over: [2, 3]))
  }
}

/// A 1 × 1 convolution to few channels, then a 1 × 1 and a 3 × 3 one side by side to four times as many each.
private struct FireModule: Layer {
  private let squeeze: Conv2d
  private let expandPoint: Conv2d
  private let expandArea: Conv2d

  init(_ path: ParameterPath, from inputs: Int, squeezed: Int) throws {
    squeeze = try Conv2d(path / "squeeze", from: inputs, to: squeezed, kernel: 1)
    expandPoint = try Conv2d(path / "expand1x1", from: squeezed, to: 4 * squeezed, kernel: 1)
    expandArea = try Conv2d(
      path / "expand3x3", from: squeezed, to: 4 * squeezed, kernel: 3, padding: .zeros(1))
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let narrow = try squeeze(input, phase).relu()
    let point = try expandPoint(narrow, phase)
    let area = try expandArea(narrow, phase)
    return try Tensor.concatenated([point, area], along: 1).relu()
  }
}

extension ModelDescriptor {
  static let squeezeNets: [ModelDescriptor] = [
    squeezeNet("squeezenet1_0", .init(stemWidth: 96, stemKernel: 7, pooledModules: [0, 3, 7])),
    squeezeNet("squeezenet1_1", .init(stemWidth: 64, stemKernel: 3, pooledModules: [0, 2, 4])),
  ]

  private static func squeezeNet(_ id: String, _ variant: SqueezeNet.Variant) -> ModelDescriptor {
    ModelDescriptor(id, family: "SqueezeNet") { try SqueezeNet($0, variant, $1) }
  }
}
