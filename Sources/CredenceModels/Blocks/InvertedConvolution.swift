import CredenceNN
import CredenceTensor

/// A normalization, then a 1 × 1, a depthwise 3 × 3 and a 1 × 1 convolution with a gate on channels, beside a shortcut.
///
/// - Note: As CoAtNet and MaxViT have it, arXiv:2106.04803, arXiv:2204.01697.
struct InvertedConvolution: Layer {
  private let shortcut: Sequential
  private let branch: Sequential
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, stride: Int,
    _ style: MaxViT.Convolution, dropPathRate: Double
  ) throws {
    shortcut = try shrinking(
      path / "shortcut", from: inputs, to: outputs, stride: stride, style.pool,
      hasBias: style.hasOutputBias)
    let hidden = Divisible.nearest(4 * Double(style.expandsOutput ? outputs : inputs), by: 8)
    let gateWidth = Int(style.gateRatio * Double(style.expandsOutput ? outputs : hidden))
    func norm(_ name: String, _ channels: Int) throws -> any Layer {
      try BatchNorm2d(path / name, channels, epsilon: style.epsilon)
    }
    func gate(_ name: String) throws -> any Layer {
      try SqueezeExcitation(
        path / name, hidden, hidden: gateWidth, activation: style.gateActivation)
    }
    var layers = [try norm("pre_norm", inputs)]
    if style.startsWithActivation { layers.append(style.activation) }
    let pools = stride == 2 && style.shrinksByPooling
    if pools { layers.append(MaxViT.Pool.average.layer) }
    layers += [
      try Conv2d(path / "conv1_1x1", from: inputs, to: hidden, kernel: 1, hasBias: false),
      try norm("norm1", hidden), style.activation,
      try Conv2d(
        path / "conv2_kxk", from: hidden, to: hidden, kernel: 3, stride: pools ? 1 : stride,
        padding: style.padding, groups: hidden, hasBias: false),
    ]
    if style.gatesEarly { layers.append(try gate("se_early")) }
    layers += [try norm("norm2", hidden), style.activation]
    if !style.gatesEarly { layers.append(try gate("se")) }
    layers.append(
      try Conv2d(
        path / "conv3_1x1", from: hidden, to: outputs, kernel: 1, hasBias: style.hasOutputBias))
    branch = Sequential(layers)
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try dropPath(branch(input, phase), phase) + shortcut(input, phase)
  }
}
