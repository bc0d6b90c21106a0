import CredenceNN
import CredenceTensor

/// Residual networks for images of 32 × 32 pixels, with the names of the checkpoints that are usual for them.
///
/// Three stages of 16, 32 and 64 channels. Shortcuts have no parameters (option A): where a stage begins, every second pixel is
/// taken and zero channels are added, as many before as behind.
///
/// - Note: He et al., CVPR 2016, arXiv:1512.03385, section 4.2.
struct CIFARResNet: Network {
  private let stem: Sequential
  private let stages: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  /// A network of 6 · `blocks` + 2 layers.
  init(_ path: ParameterPath, blocks: Int, _ settings: NetworkSettings) throws {
    stem = Sequential([
      try Conv2d(
        path / "conv1", from: settings.channelCount, to: 16, kernel: 3, padding: .zeros(1),
        hasBias: false),
      try BatchNorm2d(path / "bn1", 16), Activation.relu,
    ])
    var stages: [any Layer] = []
    var width = 16
    for (stage, outputs) in [16, 32, 64].enumerated() {
      for position in 0..<blocks {
        stages.append(
          try CIFARResNetBlock(
            path / "layer\(stage + 1)" / position, from: width, to: outputs,
            dropPathRate: settings.dropPathRate * Double(stages.count)
              / Double(max(1, 3 * blocks - 1))))
        width = outputs
      }
    }
    self.stages = Sequential(stages)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(path / "linear", from: width, to: settings.classCount)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try stages(stem(images, phase), phase).mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }
}

/// Two 3 × 3 convolutions beside a shortcut without parameters; more channels mean half the rows and columns.
private struct CIFARResNetBlock: Layer {
  private let branch: Sequential
  /// Zero channels on either side of the shortcut's; 0 for the identity.
  private let addedChannels: Int
  private let dropPath: DropPath

  init(_ path: ParameterPath, from inputs: Int, to outputs: Int, dropPathRate: Double) throws {
    branch = Sequential([
      try Conv2d(
        path / "conv1", from: inputs, to: outputs, kernel: 3, stride: inputs == outputs ? 1 : 2,
        padding: .zeros(1), hasBias: false),
      try BatchNorm2d(path / "bn1", outputs), Activation.relu,
      try Conv2d(
        path / "conv2", from: outputs, to: outputs, kernel: 3, padding: .zeros(1), hasBias: false),
      try BatchNorm2d(path / "bn2", outputs),
    ])
    addedChannels = (outputs - inputs) / 2
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let residual = try dropPath(branch(input, phase), phase)
    guard addedChannels > 0 else { return try (residual + input).relu() }
    let shortcut = try input.slice(2, by: 2).slice(3, by: 2)
      .padded([0, 0, 0, 0, addedChannels, addedChannels])
    return try (residual + shortcut).relu()
  }
}

extension ModelDescriptor {
  /// The depths of the paper.
  static let cifarResNets: [ModelDescriptor] = [20, 32, 44, 56, 110].map { depth in
    ModelDescriptor(
      "cifar_resnet\(depth)", family: "CIFAR ResNet",
      settings: NetworkSettings(classCount: 10, imageSize: [32, 32])
    ) { try CIFARResNet($0, blocks: (depth - 2) / 6, $1) }
  }
}
