import CredenceNN
import CredenceTensor

/// Residual networks that normalize and activate before each convolution, among them Big Transfer, with timm's parameter names.
///
/// The classifier's weights are stored as a 1 × 1 convolution's.
///
/// - Note: He et al., ECCV 2016, arXiv:1603.05027; Big Transfer: Kolesnikov et al., ECCV 2020, arXiv:1912.11370.
struct ResNetV2: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Blocks of the four stages.
    var depths: [Int]
    /// Whether blocks are two 3 × 3 convolutions, not one between two 1 × 1.
    var isBasic = false
    /// The factor of all channels.
    var width = 1
    var stem = Stem.plain
    /// Whether shortcuts average before they project.
    var averagesShortcut = false
    var norm = Norm.batch
    /// The number that standardizes weights; 0 for weights as they are.
    var standardization = 0.0
  }

  enum Stem: Hashable, Sendable {
    /// One 7 × 7 convolution.
    case plain
    /// One 7 × 7 convolution, and zeros around the input of the pooling.
    case padded
    /// Three 3 × 3 convolutions; the numbers are the first two's outputs.
    case deep(Int, Int)
  }

  enum Norm: Sendable {
    case batch
    /// Of 32 groups.
    case group
  }

  private let body: Sequential
  private let dropout: Dropout
  private let head: Conv2d

  var classifier: Linear? { nil }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    var width = 64 * variant.width
    var body = try Self.stem(path / "stem", variant, settings)
    let last = Double(max(1, variant.depths.reduce(0, +) - 1))
    var index = 0
    for (stage, depth) in variant.depths.enumerated() {
      let outputs = ((variant.isBasic ? 64 : 256) << stage) * variant.width
      for position in 0..<depth {
        body.append(
          try ResNetV2Block(
            path / "stages" / stage / "blocks" / position, variant, from: width, to: outputs,
            stride: stage > 0 && position == 0 ? 2 : 1,
            dropPathRate: settings.dropPathRate * Double(index) / last))
        width = outputs
        index += 1
      }
    }
    body += [try variant.norm(path / "norm", width), Activation.relu]
    self.body = Sequential(body)
    dropout = Dropout(settings.dropoutRate)
    head = try Conv2d(
      path / "head" / "fc", from: width, to: settings.classCount, kernel: 1,
      initialization: .normal(deviation: 0.01))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let means = try body(images, phase).mean(over: [2, 3], keepsDimensions: true)
    let logits = try head(dropout(means, phase), phase)
    return NetworkOutput(
      logits: try logits.flattened(from: 1), embeddings: try means.flattened(from: 1))
  }

  private static func stem(
    _ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings
  ) throws -> [any Layer] {
    let width = 64 * variant.width
    guard case .deep(let first, let second) = variant.stem else {
      var layers = [
        try variant.convolution(
          path / "conv", from: settings.channelCount, to: width, kernel: 7, stride: 2)
      ]
      layers +=
        variant.stem == .padded
        ? [ZeroPadding(), MaxPool2d(3, stride: 2)] : [MaxPool2d(3, stride: 2, padding: 1)]
      return layers
    }
    return [
      try variant.convolution(
        path / "conv1", from: settings.channelCount, to: first, kernel: 3, stride: 2),
      try variant.norm(path / "norm1", first), Activation.relu,
      try variant.convolution(path / "conv2", from: first, to: second, kernel: 3),
      try variant.norm(path / "norm2", second), Activation.relu,
      try variant.convolution(path / "conv3", from: second, to: width, kernel: 3),
      MaxPool2d(3, stride: 2, padding: 1),
    ]
  }
}

extension ResNetV2.Norm {
  fileprivate func callAsFunction(_ path: ParameterPath, _ channels: Int) throws -> any Layer {
    switch self {
    case .batch: try BatchNorm2d(path, channels)
    case .group: try GroupNorm(path, groups: 32, channels)
    }
  }
}

extension ResNetV2.Variant {
  fileprivate func convolution(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1
  ) throws -> any Layer {
    standardization > 0
      ? try StandardizedConv2d(
        path, from: inputs, to: outputs, kernel: kernel, stride: stride, epsilon: standardization)
      : try Conv2d(
        path, from: inputs, to: outputs, kernel: kernel, stride: stride, padding: .symmetric,
        hasBias: false)
  }
}

/// One row and one column of zeros on every side.
private struct ZeroPadding: Layer {
  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.padded([1, 1, 1, 1])
  }
}

/// A residual block whose normalized input also feeds the projection of the shortcut, if there is one.
private struct ResNetV2Block: Layer {
  private let entrance: Sequential
  private let branch: Sequential
  private let projection: Sequential?
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, _ variant: ResNetV2.Variant, from inputs: Int, to outputs: Int,
    stride: Int, dropPathRate: Double
  ) throws {
    entrance = Sequential([try variant.norm(path / "norm1", inputs), Activation.relu])
    let inner = variant.isBasic ? outputs : outputs / 4
    branch = Sequential(
      variant.isBasic
        ? [
          try variant.convolution(
            path / "conv1", from: inputs, to: inner, kernel: 3, stride: stride),
          try variant.norm(path / "norm2", inner), Activation.relu,
          try variant.convolution(path / "conv2", from: inner, to: outputs, kernel: 3),
        ]
        : [
          try variant.convolution(path / "conv1", from: inputs, to: inner, kernel: 1),
          try variant.norm(path / "norm2", inner), Activation.relu,
          try variant.convolution(
            path / "conv2", from: inner, to: inner, kernel: 3, stride: stride),
          try variant.norm(path / "norm3", inner), Activation.relu,
          try variant.convolution(path / "conv3", from: inner, to: outputs, kernel: 1),
        ])
    if stride == 1, inputs == outputs {
      projection = nil
    } else {
      let convolution = try variant.convolution(
        path / "downsample" / "conv", from: inputs, to: outputs, kernel: 1,
        stride: variant.averagesShortcut ? 1 : stride)
      projection = Sequential(
        variant.averagesShortcut && stride > 1
          ? [AveragePool2d(2, stride: stride, roundsUp: true, countsPadding: false), convolution]
          : [convolution])
    }
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let activated = try entrance(input, phase)
    let shortcut = try projection?(activated, phase) ?? input
    return try dropPath(branch(activated, phase), phase) + shortcut
  }
}
