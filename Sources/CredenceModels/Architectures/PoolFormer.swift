import CredenceNN
import CredenceTensor

/// Transformers' blocks with average pooling in place of attention, with timm's parameter names.
///
/// - Note: Yu et al., CVPR 2022, arXiv:2111.11418; version 2: Yu et al., TPAMI 2024, arXiv:2210.13452.
struct PoolFormer: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    var version = Version.one
    /// Blocks of the four stages.
    var depths: [Int]
    /// Channels of the four stages.
    var widths: [Int]
    /// What the factors of version 1's residual branches start at.
    var layerScale = 1e-5
  }

  enum Version: Sendable {
    /// GELU, biases, factors of residual branches.
    case one
    /// A learned squared ReLU, no biases, factors of shortcuts in the last two stages, normalization before stages.
    case two
  }

  private let stages: Sequential
  private let norm: LayerNorm
  private let dropout: Dropout
  private let head: Linear?

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    let rates = Residual.rates(
      count: variant.depths.reduce(0, +), last: settings.dropPathRate)
    var layers: [any Layer] = []
    layers.append(
      try Self.convolution(
        path / "stem" / "conv", from: settings.channelCount, to: variant.widths[0], kernel: 7,
        stride: 4, padding: 2))
    if variant.version == .two {
      layers.append(try LayerNorm2d(path / "stem" / "norm", variant.widths[0], hasBias: false))
    }
    var width = variant.widths[0]
    var index = 0
    for (stage, depth) in variant.depths.enumerated() {
      let path = path / "stages" / stage
      if width != variant.widths[stage] {
        let down = path / "downsample"
        if variant.version == .two {
          layers.append(try LayerNorm2d(down / "norm", width, hasBias: false))
        }
        layers.append(
          try Self.convolution(
            down / "conv", from: width, to: variant.widths[stage], kernel: 3, stride: 2,
            padding: 1))
        width = variant.widths[stage]
      }
      for block in 0..<depth {
        layers.append(
          try PoolFormerBlock(
            path / "blocks" / block, variant, width, scalesShortcut: stage >= 2,
            dropPathRate: rates[index]))
        index += 1
      }
    }
    stages = Sequential(layers)
    norm = try LayerNorm(path / "head" / "norm", width)
    dropout = Dropout(settings.dropoutRate)
    head = try .head(path / "head" / "fc", from: width, settings)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try norm(stages(images, phase).mean(over: [2, 3]), phase)
    return NetworkOutput(
      logits: try head?(dropout(embeddings, phase), phase) ?? embeddings, embeddings: embeddings)
  }

  static func convolution(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: Int = 1, stride: Int = 1,
    padding: Int = 0, hasBias: Bool = true
  ) throws -> Conv2d {
    try Conv2d(
      path, from: inputs, to: outputs, kernel: kernel, stride: stride, padding: .zeros(padding),
      hasBias: hasBias, initialization: .truncatedNormal(deviation: 0.02))
  }
}

/// Pooling, then an MLP, each with a shortcut.
struct PoolFormerBlock: Layer {
  private let branches: [Sequential]
  private let shortcuts: [LayerScale]
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, _ variant: PoolFormer.Variant, _ width: Int, scalesShortcut: Bool,
    dropPathRate: Double
  ) throws {
    let isFirst = variant.version == .one
    func norm(_ index: Int) throws -> any Layer {
      try GroupNorm(
        path / "norm\(index)", groups: 1, width, epsilon: isFirst ? 1e-5 : 1e-6, hasBias: isFirst)
    }
    func scale(_ name: String, _ index: Int, _ start: Double) throws -> LayerScale {
      try LayerScale(
        path / "\(name)\(index)", width, start: start, name: "scale", isSpatial: true)
    }
    let mlp = path / "mlp"
    let hidden = 4 * width
    let branches: [[any Layer]] = [
      [try norm(1), PoolingDifference()],
      [
        try norm(2),
        try PoolFormer.convolution(mlp / "fc1", from: width, to: hidden, hasBias: isFirst),
        isFirst ? Activation.gelu : try StarReLU(mlp / "act"),
        try PoolFormer.convolution(mlp / "fc2", from: hidden, to: width, hasBias: isFirst),
      ],
    ]
    self.branches = try branches.enumerated().map { index, layers in
      Sequential(
        isFirst ? layers + [try scale("layer_scale", index + 1, variant.layerScale)] : layers)
    }
    shortcuts =
      scalesShortcut && !isFirst ? try (1...2).map { try scale("res_scale", $0, 1) } : []
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    var output = input
    for (index, branch) in branches.enumerated() {
      let shortcut = shortcuts.isEmpty ? output : try shortcuts[index](output, phase)
      output = try shortcut + dropPath(branch(output, phase), phase)
    }
    return output
  }
}

/// How far the mean of each entry's neighborhood is from the entry.
struct PoolingDifference: Layer {
  private let pool = AveragePool2d(3, stride: 1, padding: 1, countsPadding: false)

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try pool(input, phase) - input
  }
}

/// A learned multiple of the square of positive entries, plus a learned number.
///
/// - Note: Yu et al., arXiv:2210.13452.
struct StarReLU: Layer {
  private let scale: Parameter
  private let bias: Parameter

  init(_ path: ParameterPath) throws {
    scale = try path.parameter("scale", [1], .constant(1))
    bias = try path.parameter("bias", [1], .constant(0))
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let positive = try input.relu()
    return try positive * positive * scale.value + bias.value
  }
}
