import CredenceNN
import CredenceTensor

/// RegNet X and Y, with timm's parameter names.
///
/// - Note: Radosavovic et al., CVPR 2020, arXiv:2003.13678.
struct RegNet: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    var widths: RegNetWidths
    /// Hidden channels of squeeze-and-excitation as a fraction of the block's input; 0 for none (X).
    var attention = 0.0
  }

  private let body: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    var width = 32
    var body: [any Layer] = [
      try ConvNorm(
        path / "stem", from: settings.channelCount, to: width, kernel: (3, 3), stride: 2)
    ]
    let last = Double(max(1, variant.widths.depth - 1))
    for (index, stage) in variant.widths.stages.enumerated() {
      for position in 0..<stage.depth {
        body.append(
          try RegNetBlock(
            path / "s\(index + 1)" / "b\(position + 1)", from: width, to: stage.width,
            stride: position == 0 ? 2 : 1, groups: stage.width / stage.groupWidth,
            attention: variant.attention,
            dropPathRate: settings.dropPathRate * Double(body.count - 1) / last))
        width = stage.width
      }
    }
    self.body = Sequential(body)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(
      path / "head" / "fc", from: width, to: settings.classCount,
      initialization: .normal(deviation: 0.01), biasInitialization: .constant(0))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try body(images, phase).mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }
}

/// A grouped 3 × 3 convolution between two 1 × 1, all of the stage's width; squeeze-and-excitation comes before the last.
private struct RegNetBlock: Layer {
  private let branch: Sequential
  private let shortcut: ConvNorm?
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, stride: Int, groups: Int,
    attention: Double, dropPathRate: Double
  ) throws {
    var layers: [any Layer] = [
      try ConvNorm(path / "conv1", from: inputs, to: outputs),
      try ConvNorm(
        path / "conv2", from: outputs, to: outputs, kernel: (3, 3), stride: stride, groups: groups),
    ]
    if attention > 0 {
      let hidden = (Double(inputs) * attention).rounded(.toNearestOrEven)
      layers.append(try SqueezeExcitation(path / "se", outputs, hidden: Int(hidden)))
    }
    layers.append(
      try ConvNorm(path / "conv3", from: outputs, to: outputs, activation: .identity))
    branch = Sequential(layers)
    shortcut =
      stride == 1 && inputs == outputs
      ? nil
      : try ConvNorm(
        path / "downsample", from: inputs, to: outputs, stride: stride, activation: .identity)
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let residual = try dropPath(branch(input, phase), phase)
    return try (residual + (shortcut?(input, phase) ?? input)).relu()
  }
}
