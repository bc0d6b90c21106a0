import CredenceNN
import CredenceTensor

/// A block of the MobileNet and EfficientNet families: convolutions around a depthwise or a dense one, beside a shortcut.
///
/// - Note: Depthwise separable: Howard et al., arXiv:1704.04861; inverted residual: Sandler et al., CVPR 2018, arXiv:1801.04381;
///   fused: Gupta & Tan, “EfficientNet-EdgeTPU”, 2019.
struct MobileBlock: Layer {
  /// The numbers of one block.
  struct Configuration: Sendable {
    var kind: Kind
    var kernel: Int
    var stride: Int
    /// Hidden channels as a multiple of the input's, for the kinds that expand.
    var expansion = 1.0
    var outputs: Int
    /// Channels that `expansion` multiplies instead of the input's; 0 for the input's.
    var expandedChannels = 0
    /// Hidden channels of squeeze-and-excitation as a fraction, of what `Gate` says; 0 for none.
    var attention = 0.0
    /// Whether there is a shortcut where input and output have the same shape.
    var keepsShortcut = true
    /// `nil` for the network's own.
    var activation: Activation?
  }

  enum Kind: Hashable, Sendable {
    /// A depthwise convolution, then a 1 × 1 to the outputs.
    case separable(endsWithActivation: Bool)
    /// A 1 × 1 to the hidden channels, a depthwise convolution, a 1 × 1 to the outputs.
    case inverted
    /// A dense convolution to the hidden channels, then a 1 × 1 to the outputs.
    case fused
    /// One dense convolution.
    case plain
  }

  /// What the blocks of a network have in common.
  struct Style: Sendable {
    var activation = Activation.relu
    var padding = Conv2d.Padding.symmetric
    /// The number that batch normalization adds to variances.
    var epsilon = 1e-5
    var gate = Gate()
  }

  /// How squeeze-and-excitation is made.
  struct Gate: Sendable {
    var function = Activation.sigmoid
    /// `nil` for the block's own.
    var activation: Activation?
    /// Whether the fraction is one of the hidden channels, not of the block's input.
    var countsHidden = false
    /// How its hidden channels are rounded.
    var rounding = Rounding.nearest
  }

  enum Rounding: Sendable {
    /// To an integer, halves to even.
    case nearest
    /// To a multiple of eight that is no less than `limit` of the value.
    case eighths(limit: Double)
  }

  private let branch: Sequential
  private let hasShortcut: Bool
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, from inputs: Int, _ configuration: Configuration, _ style: Style,
    dropPathRate: Double
  ) throws {
    let activation = configuration.activation ?? style.activation
    let outputs = configuration.outputs
    let kernel = configuration.kernel
    let stride = configuration.stride
    let base = configuration.expandedChannels > 0 ? configuration.expandedChannels : inputs
    let hidden = Divisible.nearest(Double(base) * configuration.expansion, by: 8)
    var layers: [any Layer] = []
    var normCount = 0
    func convolve(
      _ name: String, from: Int, to: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1,
      activates: Bool = true
    ) throws {
      normCount += 1
      layers.append(
        try Conv2d(
          path / name, from: from, to: to, kernel: kernel, stride: stride, padding: style.padding,
          groups: groups, hasBias: false,
          initialization: .normal(
            deviation: (2 / Double(kernel * kernel * to / groups)).squareRoot())))
      layers.append(try BatchNorm2d(path / "bn\(normCount)", to, epsilon: style.epsilon))
      if activates { layers.append(activation) }
    }
    func attend(_ channels: Int) throws {
      guard configuration.attention > 0 else { return }
      let gate = style.gate
      let ratio =
        gate.countsHidden
        ? configuration.attention : configuration.attention / configuration.expansion
      layers.append(
        try SqueezeExcitation(
          path / "se", channels, hidden: gate.rounding(Double(channels) * ratio),
          activation: gate.activation ?? activation, gate: gate.function,
          names: ("conv_reduce", "conv_expand")))
    }
    switch configuration.kind {
    case .separable(let endsWithActivation):
      try convolve(
        "conv_dw", from: inputs, to: inputs, kernel: kernel, stride: stride, groups: inputs)
      try attend(inputs)
      try convolve("conv_pw", from: inputs, to: outputs, activates: endsWithActivation)
    case .inverted:
      try convolve("conv_pw", from: inputs, to: hidden)
      try convolve(
        "conv_dw", from: hidden, to: hidden, kernel: kernel, stride: stride, groups: hidden)
      try attend(hidden)
      try convolve("conv_pwl", from: hidden, to: outputs, activates: false)
    case .fused:
      try convolve("conv_exp", from: inputs, to: hidden, kernel: kernel, stride: stride)
      try attend(hidden)
      try convolve("conv_pwl", from: hidden, to: outputs, activates: false)
    case .plain:
      try convolve("conv", from: inputs, to: outputs, kernel: kernel, stride: stride)
    }
    branch = Sequential(layers)
    hasShortcut = configuration.keepsShortcut && stride == 1 && inputs == outputs
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let output = try branch(input, phase)
    return hasShortcut ? try dropPath(output, phase) + input : output
  }
}

extension MobileBlock.Rounding {
  func callAsFunction(_ width: Double) -> Int {
    switch self {
    case .nearest: Int(width.rounded(.toNearestOrEven))
    case .eighths(let limit): Divisible.nearest(width, by: 8, limit: limit)
    }
  }
}
