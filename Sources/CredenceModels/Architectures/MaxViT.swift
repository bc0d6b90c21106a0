import CredenceNN
import CredenceTensor

/// Networks of convolutions and attention: CoAtNet, whose last stages attend to the whole map, and MaxViT, whose blocks attend within
/// windows and across a grid; with timm's parameter names.
///
/// - Note: CoAtNet: Dai et al., NeurIPS 2021, arXiv:2106.04803; MaxViT: Tu et al., ECCV 2022, arXiv:2204.01697.
struct MaxViT: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Channels of the four stages.
    var widths = [96, 192, 384, 768]
    /// Blocks of the four stages.
    var depths = [2, 3, 5, 2]
    var stages = [Stage.convolution, .convolution, .attention, .attention]
    /// Channels after the stem's two convolutions.
    var stemWidths = [64, 64]
    var stemHasBias = false
    var convolution = Convolution()
    var attention = Attention()
    /// Features of a hidden layer before the classifier; 0 for none.
    var headWidth = 0
  }

  enum Stage: Sendable {
    case convolution
    case attention
    /// A block of convolutions, then of attention.
    case convolutionThenAttention
    /// Convolutions, attention within windows, attention across a grid.
    case multiAxis
    /// Two blocks of convolutions, then both kinds of attention side by side.
    case parallelMultiAxis
  }

  /// What blocks of convolutions have in common.
  struct Convolution: Sendable {
    var activation = Activation.gelu
    var epsilon = 1e-5
    var padding = Conv2d.Padding.symmetric
    /// Whether hidden channels are four times the output's and not the input's.
    var expandsOutput = true
    /// Whether an activation follows the first normalization.
    var startsWithActivation = false
    var hasOutputBias = true
    /// Whether maps shrink by pooling before the first convolution and not in the depthwise one.
    var shrinksByPooling = false
    /// How the shortcut shrinks.
    var pool = Pool.average
    /// Whether the gate stands before the second normalization and not after it.
    var gatesEarly = false
    var gateActivation = Activation.silu
    /// Hidden channels of the gate as a fraction of the hidden channels, or of the outputs where they are expanded.
    var gateRatio = 0.25
  }

  /// What blocks of attention have in common.
  struct Attention: Sendable {
    var activation = Activation.gelu
    var norm = Norm.layer
    var epsilon = 1e-6
    /// Whether queries, keys and values have as many features as the block's output, where that has more.
    var expandsFirst = true
    var isPackedByHead = true
    var hasShortcutBias = true
    var pool = Pool.average
    var positions = Positions.table
    /// What factors of residual branches start at.
    var layerScale: Double?
  }

  enum Norm: Sendable {
    case layer
    case batch
  }

  enum Pool: Sendable {
    /// Of squares of four.
    case average
    /// Of overlapping squares of nine.
    case greatest

    var layer: any Layer {
      switch self {
      case .average: AveragePool2d(2)
      case .greatest: MaxPool2d(3, stride: 2, padding: 1)
      }
    }
  }

  /// Where attention's scores learn about offsets.
  enum Positions: Sendable {
    case table
    case headwiseTable
    /// A network with this many hidden features.
    case network(Int)
  }

  private let layers: Sequential
  private let imageSize: [Int]
  private let pooledNorm: LayerNorm?
  private let hidden: Linear?
  private let dropout: Dropout
  private let head: Linear?

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    imageSize = settings.imageSize
    guard imageSize.count == 2, imageSize.allSatisfy({ $0 > 0 && $0 % 32 == 0 }) else {
      throw EngineError.wrongShape(
        what: "The image size", expected: "multiples of 32", found: imageSize)
    }
    var layers = try Self.stem(path / "stem", variant, settings)
    let rates = Residual.rates(
      count: variant.depths.reduce(0, +), last: settings.dropPathRate)
    var width = variant.stemWidths[1]
    var first = 0
    for (stage, depth) in variant.depths.enumerated() {
      let builder = try MaxViTBlocks(variant, imageSize: imageSize, stage: stage)
      for index in 0..<depth {
        layers += try builder.layers(
          path / "stages" / stage / "blocks" / index, from: width, index: index,
          dropPathRate: rates[first + index])
        width = variant.widths[stage]
      }
      first += depth
    }
    let epsilon = variant.attention.epsilon
    if variant.headWidth > 0 {
      pooledNorm = try LayerNorm(path / "head" / "norm", width, epsilon: epsilon)
      hidden = try .ofTokens(
        path / "head" / "pre_logits" / "fc", from: width, to: variant.headWidth)
    } else {
      layers.append(try variant.attention.normLayer(path / "norm", width))
      pooledNorm = nil
      hidden = nil
    }
    self.layers = Sequential(layers)
    dropout = Dropout(settings.dropoutRate)
    head = try .head(
      path / "head" / "fc", from: variant.headWidth > 0 ? variant.headWidth : width, settings)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    guard Array(images.shape.suffix(2)) == imageSize else {
      throw EngineError.wrongShape(
        what: "A batch of images", expected: "[any, channels, \(imageSize[0]), \(imageSize[1])]",
        found: images.shape)
    }
    var embeddings = try layers(images, phase).mean(over: [2, 3])
    if let pooledNorm { embeddings = try pooledNorm(embeddings, phase) }
    if let hidden { embeddings = try hidden(embeddings, phase).tanh() }
    return NetworkOutput(
      logits: try head?(dropout(embeddings, phase), phase) ?? embeddings, embeddings: embeddings)
  }

  private static func stem(
    _ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings
  ) throws -> [any Layer] {
    let style = variant.convolution
    return [
      try Conv2d(
        path / "conv1", from: settings.channelCount, to: variant.stemWidths[0], kernel: 3,
        stride: 2, padding: style.padding, hasBias: variant.stemHasBias),
      try BatchNorm2d(path / "norm1", variant.stemWidths[0], epsilon: style.epsilon),
      style.activation,
      try Conv2d(
        path / "conv2", from: variant.stemWidths[0], to: variant.stemWidths[1], kernel: 3,
        padding: style.padding, hasBias: variant.stemHasBias),
    ]
  }

  /// Rows and columns over which tokens of a stage attend, for an image size.
  static func window(_ variant: Variant, stage: Int, imageSize: [Int]) -> [Int] {
    switch variant.stages[stage] {
    case .multiAxis, .parallelMultiAxis: imageSize.map { $0 / 32 }
    case .convolution, .attention, .convolutionThenAttention: imageSize.map { $0 / (4 << stage) }
    }
  }
}

extension MaxViT.Attention {
  func normLayer(_ path: ParameterPath, _ width: Int) throws -> any Layer {
    switch norm {
    case .layer: try LayerNorm2d(path, width, epsilon: epsilon)
    case .batch: try BatchNorm2d(path, width, epsilon: epsilon)
    }
  }
}
