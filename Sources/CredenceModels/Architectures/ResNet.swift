import CredenceNN
import CredenceTensor

/// Residual networks: those for ImageNet with timm's parameter names, those for small images with the names that are usual for them.
///
/// - Note: He et al., CVPR 2016, arXiv:1512.03385; ResNeXt: Xie et al., CVPR 2017, arXiv:1611.05431; wide: Zagoruyko & Komodakis, BMVC 2016,
///   arXiv:1605.07146; stem and shortcuts of the -D variants: He et al., CVPR 2019, arXiv:1812.01187.
struct ResNet: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Blocks of the four stages.
    var depths: [Int]
    var block = Block.bottleneck
    var stem = Stem.plain
    /// Channels of the stem's output.
    var stemWidth = 64
    /// Whether shortcuts average before they project.
    var averagesShortcut = false
    /// Groups of the 3 × 3 convolutions.
    var cardinality = 1
    /// Channels per group at a width of 64.
    var groupWidth = 64
    var attention = ChannelAttention.none
    /// Whether a strided convolution stands for the stem's pooling.
    var replacesPool = false
    /// The name of a projecting shortcut's layers.
    var shortcutName = "downsample"
    /// The first numbers of convolutions.
    var initialization = Initialization.kaimingNormalFanOut
  }

  enum Block: Sendable {
    case basic
    case bottleneck

    var expansion: Int { self == .basic ? 1 : 4 }
  }

  enum Stem: Sendable {
    /// One 7 × 7 convolution.
    case plain
    /// Three 3 × 3 convolutions; the numbers are the first two's outputs.
    case deep(Int, Int)
    /// One 3 × 3 convolution that keeps the size, without pooling, for small images.
    case small
  }

  private let stem: Sequential
  private let stages: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    var convolutions = SizedConvolutions(settings)
    convolutions.initialization = variant.initialization
    stem = try Self.stem(path, variant, &convolutions)
    var width = variant.stemWidth
    var stages: [any Layer] = []
    let blockCount = variant.depths.reduce(0, +)
    var index = 0
    for (stage, depth) in variant.depths.enumerated() {
      for position in 0..<depth {
        let block = try ResNetBlock(
          path / "layer\(stage + 1)" / position, variant, &convolutions, from: width,
          planes: 64 << stage, stride: stage > 0 && position == 0 ? 2 : 1,
          dropPathRate: settings.dropPathRate * Double(index) / Double(max(1, blockCount - 1)))
        width = (64 << stage) * variant.block.expansion
        stages.append(block)
        index += 1
      }
    }
    self.stages = Sequential(stages)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(path / "fc", from: width, to: settings.classCount)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let features = try stages(stem(images, phase), phase)
    let embeddings = try features.mean(over: [2, 3])
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }

  private static func stem(
    _ path: ParameterPath, _ variant: Variant, _ convolutions: inout SizedConvolutions
  ) throws -> Sequential {
    let width = variant.stemWidth
    let channels = convolutions.settings.channelCount
    var layers: [any Layer] = []
    switch variant.stem {
    case .plain:
      layers.append(
        try convolutions.convolution(
          path / "conv1", from: channels, to: width, kernel: 7, stride: 2))
    case .deep(let first, let second):
      let widths = [channels, first, second, width]
      for index in 0..<3 {
        layers.append(
          try convolutions.convolution(
            path / "conv1" / (3 * index), from: widths[index], to: widths[index + 1], kernel: 3,
            stride: index == 0 ? 2 : 1))
        if index < 2 {
          layers.append(
            try convolutions.norm(path / "conv1" / (3 * index + 1), widths[index + 1]))
          layers.append(convolutions.activation)
        }
      }
    case .small:
      layers.append(
        try convolutions.convolution(path / "conv1", from: channels, to: width, kernel: 3))
    }
    layers.append(try convolutions.norm(path / "bn1", width))
    layers.append(convolutions.activation)
    if variant.replacesPool {
      layers.append(
        try convolutions.convolution(
          path / "maxpool" / 0, from: width, to: width, kernel: 3, stride: 2))
      layers.append(try convolutions.norm(path / "maxpool" / 1, width))
      layers.append(convolutions.activation)
    } else if case .small = variant.stem {
      return Sequential(layers)
    } else {
      layers.append(convolutions.maxPool(3, stride: 2, padding: 1))
    }
    return Sequential(layers)
  }
}

/// A residual block: two 3 × 3 convolutions, or a 3 × 3 between two 1 × 1.
struct ResNetBlock: Layer {
  private let branch: Sequential
  private let shortcut: any Layer
  private let dropPath: DropPath
  private let activation: Activation

  init(
    _ path: ParameterPath, _ variant: ResNet.Variant, _ convolutions: inout SizedConvolutions,
    from inputs: Int, planes: Int, stride: Int, dropPathRate: Double
  ) throws {
    let outputs = planes * variant.block.expansion
    let inner =
      variant.block == .basic
      ? planes : planes * variant.groupWidth / 64 * variant.cardinality
    // Branch and shortcut see the same input.
    var besides = convolutions
    let activation = convolutions.activation
    self.activation = activation
    var layers: [any Layer] = []
    func convolve(
      _ index: Int, _ from: Int, _ to: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
      isLast: Bool = false
    ) throws {
      layers.append(
        try convolutions.convolution(
          path / "conv\(index)", from: from, to: to, kernel: kernel, stride: stride,
          groups: groups))
      layers.append(try convolutions.norm(path / "bn\(index)", to))
      if !isLast { layers.append(activation) }
    }
    switch variant.block {
    case .basic:
      try convolve(1, inputs, inner, kernel: 3, stride: stride)
      try convolve(2, inner, outputs, kernel: 3, isLast: true)
    case .bottleneck:
      try convolve(1, inputs, inner, kernel: 1)
      try convolve(2, inner, inner, kernel: 3, stride: stride, groups: variant.cardinality)
      try convolve(3, inner, outputs, kernel: 1, isLast: true)
    }
    if let attention = try variant.attention.layer(path / "se", outputs) {
      layers.append(attention)
    }
    branch = Sequential(layers)
    dropPath = DropPath(dropPathRate)

    if stride == 1, inputs == outputs {
      shortcut = Identity()
    } else if convolutions.settings.usesModifiedBlocks {
      shortcut = AveragedShortcut(from: inputs, to: outputs, stride: stride, size: besides.size)
    } else {
      var projection: [any Layer] = []
      let down = path / variant.shortcutName
      let averages = variant.averagesShortcut
      if averages, stride != 1 {
        projection.append(
          AveragePool2d(2, stride: stride, roundsUp: true, countsPadding: false))
      }
      projection.append(
        try besides.convolution(
          down / (averages ? 1 : 0), from: inputs, to: outputs, kernel: 1,
          stride: averages ? 1 : stride))
      projection.append(try besides.norm(down / (averages ? 2 : 1), outputs))
      shortcut = Sequential(projection)
    }
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let residual = try dropPath(branch(input, phase), phase)
    return try activation(residual + shortcut(input, phase), phase)
  }
}
