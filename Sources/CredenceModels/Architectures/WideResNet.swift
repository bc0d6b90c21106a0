import CredenceNN
import CredenceTensor

/// Wide residual networks for images of 32 × 32 pixels: normalization and activation stand before each convolution.
///
/// Three stages of 16, 32 and 64 channels times a factor. Dropout stands between the two convolutions of a block.
///
/// - Note: Zagoruyko & Komodakis, BMVC 2016, arXiv:1605.07146.
struct WideResNet: Network {
  private let stem: Conv2d
  private let blocks: Sequential
  private let head: Linear

  var classifier: Linear? { head }

  /// A network of `depth` layers, 6 · n + 4.
  init(_ path: ParameterPath, depth: Int, widening: Int, _ settings: NetworkSettings) throws {
    var convolutions = SizedConvolutions(settings)
    convolutions.momentum = 0.01
    stem = try convolutions.convolution(
      path / "conv1", from: settings.channelCount, to: 16, kernel: 3)
    var width = 16
    var blocks: [any Layer] = []
    for (stage, outputs) in [16 * widening, 32 * widening, 64 * widening].enumerated() {
      for position in 0..<(depth - 4) / 6 {
        blocks.append(
          try WideResNetBlock(
            path / "layer\(stage + 1)" / position, &convolutions, from: width, to: outputs,
            stride: stage > 0 && position == 0 ? 2 : 1))
        width = outputs
      }
    }
    blocks.append(try convolutions.norm(path / "bn1", width))
    blocks.append(convolutions.activation)
    self.blocks = Sequential(blocks)
    head = try Linear(
      path / "linear", from: width, to: settings.classCount, initialization: .kaimingNormalFanOut,
      biasInitialization: .constant(0))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try blocks(stem(images, phase), phase).mean(over: [2, 3])
    return NetworkOutput(logits: try head(embeddings, phase), embeddings: embeddings)
  }
}

/// A block whose shortcut starts at its raw input.
private struct WideResNetBlock: Layer {
  private let branch: Sequential
  private let shortcut: any Layer

  init(
    _ path: ParameterPath, _ convolutions: inout SizedConvolutions, from inputs: Int,
    to outputs: Int, stride: Int
  ) throws {
    var besides = convolutions
    branch = Sequential([
      try convolutions.norm(path / "bn1", inputs), convolutions.activation,
      try convolutions.convolution(
        path / "conv1", from: inputs, to: outputs, kernel: 3, stride: stride),
      try convolutions.norm(path / "bn2", outputs), convolutions.activation,
      Dropout(convolutions.settings.dropoutRate),
      try convolutions.convolution(path / "conv2", from: outputs, to: outputs, kernel: 3),
    ])
    if stride == 1, inputs == outputs {
      shortcut = Identity()
    } else if convolutions.settings.usesModifiedBlocks {
      shortcut = AveragedShortcut(from: inputs, to: outputs, stride: stride, size: besides.size)
    } else {
      shortcut = try besides.convolution(
        path / "shortcut", from: inputs, to: outputs, kernel: 1, stride: stride)
    }
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try branch(input, phase) + shortcut(input, phase)
  }
}

extension ModelDescriptor {
  /// The depths and factors that papers use, and a small one.
  static let wideResNets = [(10, 1), (16, 2), (16, 4), (28, 2), (28, 10), (40, 2)].map {
    wideResNet(depth: $0, widening: $1)
  }

  /// A wide residual network; dropout is the published 0.3.
  ///
  /// - Parameters:
  ///   - depth: Layers, 6 · n + 4.
  ///   - widening: Multiplies the channels of all stages.
  /// - Returns: A row named `wrn28_10` for a depth of 28 and a factor of 10.
  public static func wideResNet(depth: Int, widening: Int) -> ModelDescriptor {
    precondition(depth >= 10 && (depth - 4) % 6 == 0 && widening >= 1)
    return ModelDescriptor(
      "wrn\(depth)_\(widening)", family: "Wide ResNet",
      settings: NetworkSettings(classCount: 10, imageSize: [32, 32], dropoutRate: 0.3),
      takesNormBounds: true, takesModifiedBlocks: true
    ) { try WideResNet($0, depth: depth, widening: widening, $1) }
  }
}
