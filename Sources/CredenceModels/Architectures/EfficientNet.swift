import CredenceNN
import CredenceTensor

/// Networks of mobile blocks in stages, with timm's parameter names: MobileNet V1–V3, MnasNet, EfficientNet V1 and V2 and their kin.
///
/// - Note: EfficientNet: Tan & Le, ICML 2019, arXiv:1905.11946; V2: ICML 2021, arXiv:2104.00298. The tables name their own papers.
struct EfficientNet: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Each stage's blocks before scaling; only a stage's first block has a stride.
    var stages: [[Blocks]]
    var width = Width()
    var depth = Depth()
    /// Channels of the first convolution before scaling.
    var stemWidth = 32
    var scalesStem = true
    var head: Head
    var style = MobileBlock.Style()
  }

  /// Equal blocks one after another.
  struct Blocks: Sendable {
    var count: Int
    var block: MobileBlock.Configuration
  }

  /// How channels are scaled.
  struct Width: Sendable {
    var factor = 1.0
    /// The least part of the exact number that rounding to a multiple of eight may leave.
    var limit = 0.9

    func callAsFunction(_ channels: Int) -> Int {
      Divisible.nearest(Double(channels) * factor, by: 8, limit: limit)
    }
  }

  /// What follows the stages.
  enum Head: Sendable {
    /// The mean of the last stage.
    case pooled
    /// A convolution to that many channels with batch normalization, then the mean.
    case convolvedThenPooled(Int)
    /// The mean, then a convolution to that many channels.
    case pooledThenConvolved(Int, hasBias: Bool = true)
  }

  private let body: Sequential
  private let neck: Sequential
  /// Whether the mean comes before the neck.
  private let poolsFirst: Bool
  private let dropout: Dropout
  private let last: Linear

  var classifier: Linear? { last }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    let style = variant.style
    var width = variant.scalesStem ? variant.width(variant.stemWidth) : variant.stemWidth
    func convolution(
      _ name: String, from: Int, to: Int, kernel: Int = 1, stride: Int = 1, hasBias: Bool = false
    ) throws -> Conv2d {
      try Conv2d(
        path / name, from: from, to: to, kernel: kernel, stride: stride, padding: style.padding,
        hasBias: hasBias)
    }
    var body: [any Layer] = [
      try convolution("conv_stem", from: settings.channelCount, to: width, kernel: 3, stride: 2),
      try BatchNorm2d(path / "bn1", width, epsilon: style.epsilon), style.activation,
    ]
    let stages = variant.blocks
    let blockCount = stages.reduce(0) { $0 + $1.count }
    var index = 0
    for (stage, blocks) in stages.enumerated() {
      for (position, block) in blocks.enumerated() {
        body.append(
          try MobileBlock(
            path / "blocks" / stage / position, from: width, block, style,
            dropPathRate: settings.dropPathRate * Double(index) / Double(blockCount)))
        width = block.outputs
        index += 1
      }
    }
    self.body = Sequential(body)

    var neck: [any Layer] = []
    var poolsFirst = false
    switch variant.head {
    case .pooled: break
    case .convolvedThenPooled(let channels):
      neck = [
        try convolution("conv_head", from: width, to: channels),
        try BatchNorm2d(path / "bn2", channels, epsilon: style.epsilon), style.activation,
      ]
      width = channels
    case .pooledThenConvolved(let channels, let hasBias):
      neck = [
        try convolution("conv_head", from: width, to: channels, hasBias: hasBias),
        style.activation,
      ]
      width = channels
      poolsFirst = true
    }
    self.neck = Sequential(neck)
    self.poolsFirst = poolsFirst
    dropout = Dropout(settings.dropoutRate)
    last = try Linear(
      path / "classifier", from: width, to: settings.classCount,
      initialization: .uniform(bound: 1 / Double(max(1, settings.classCount)).squareRoot()))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let maps = try body(images, phase)
    let embeddings =
      poolsFirst
      ? try neck(maps.mean(over: [2, 3], keepsDimensions: true), phase).flattened(from: 1)
      : try neck(maps, phase).mean(over: [2, 3])
    return NetworkOutput(
      logits: try last(dropout(embeddings, phase), phase), embeddings: embeddings)
  }
}

extension EfficientNet.Variant {
  /// The blocks of each stage, scaled.
  var blocks: [[MobileBlock.Configuration]] {
    stages.enumerated().map { index, rows in
      let counts = depth.counts(rows.map(\.count), stage: index, of: stages.count)
      var blocks: [MobileBlock.Configuration] = []
      for (row, count) in zip(rows, counts) {
        for position in 0..<count {
          var block = row.block
          block.outputs = width(block.outputs)
          if block.expandedChannels > 0 { block.expandedChannels = width(block.expandedChannels) }
          if !blocks.isEmpty || position > 0 { block.stride = 1 }
          blocks.append(block)
        }
      }
      return blocks
    }
  }
}
