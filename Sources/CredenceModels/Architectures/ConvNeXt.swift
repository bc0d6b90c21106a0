import CredenceNN
import CredenceTensor

/// ConvNeXt and ConvNeXt V2, with timm's parameter names.
///
/// - Note: Liu et al., CVPR 2022, arXiv:2201.03545; V2: Woo et al., CVPR 2023, arXiv:2301.00808.
struct ConvNeXt: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Blocks of the four stages.
    var depths: [Int]
    /// Channels of the four stages.
    var widths: [Int]
    var stem = Stem.patches
    /// Whether the two matrices of a block are stored as 1 × 1 convolutions.
    var storesConvolutions = false
    /// Whether blocks have global response normalization instead of layer scale (V2).
    var normalizesResponse = false
    var norm = ChannelNorm.layer
    var epsilon = 1e-6
    var head = Head.normalized
  }

  enum Stem: Sendable {
    /// One convolution of 4 × 4 patches.
    case patches
    /// Two 3 × 3 convolutions with stride 2; the first has `width` channels.
    case overlapping(Int, activates: Bool = false)
  }

  enum Head: Sendable {
    /// Means are normalized.
    case normalized
    /// The last stage is normalized before the means.
    case normalizedFirst
    /// Means are normalized, then pass a layer of that many features.
    case hidden(Int)
  }

  private let body: Sequential
  private let neck: Sequential
  private let dropout: Dropout
  private let head: Linear

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    func norm(_ path: ParameterPath, _ channels: Int, isSpatial: Bool = true) throws -> any Layer {
      try variant.norm.layer(path, channels, epsilon: variant.epsilon, isSpatial: isSpatial)
    }
    var body = try Self.stem(path / "stem", variant, settings)
    let blockCount = variant.depths.reduce(0, +)
    var width = variant.widths[0]
    var index = 0
    for (stage, depth) in variant.depths.enumerated() {
      let place = path / "stages" / stage
      if stage > 0 {
        body.append(try norm(place / "downsample" / 0, width))
        body.append(
          try Conv2d(
            place / "downsample" / 1, from: width, to: variant.widths[stage], kernel: 2, stride: 2,
            initialization: Self.start))
        width = variant.widths[stage]
      }
      for position in 0..<depth {
        body.append(
          try ConvNeXtBlock(
            place / "blocks" / position, variant, width,
            dropPathRate: settings.dropPathRate * Double(index) / Double(max(1, blockCount - 1))))
        index += 1
      }
    }
    let top = path / "head"
    var neck: [any Layer] = []
    switch variant.head {
    case .normalizedFirst: body.append(try norm(path / "norm_pre", width))
    case .normalized: neck = [try norm(top / "norm", width, isSpatial: false)]
    case .hidden(let features):
      neck = [
        try norm(top / "norm", width, isSpatial: false),
        try Linear(
          top / "pre_logits" / "fc", from: width, to: features, initialization: Self.start,
          biasInitialization: .constant(0)), Activation.gelu,
      ]
      width = features
    }
    self.body = Sequential(body)
    self.neck = Sequential(neck)
    dropout = Dropout(settings.dropoutRate)
    head = try Linear(
      top / "fc", from: width, to: settings.classCount, initialization: Self.start,
      biasInitialization: .constant(0))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let embeddings = try neck(body(images, phase).mean(over: [2, 3]), phase)
    return NetworkOutput(
      logits: try head(dropout(embeddings, phase), phase), embeddings: embeddings)
  }

  fileprivate static let start = Initialization.truncatedNormal(deviation: 0.02)

  private static func stem(
    _ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings
  ) throws -> [any Layer] {
    let width = variant.widths[0]
    var layers: [any Layer] = []
    switch variant.stem {
    case .patches:
      layers = [
        try Conv2d(
          path / 0, from: settings.channelCount, to: width, kernel: 4, stride: 4,
          initialization: start)
      ]
    case .overlapping(let middle, let activates):
      layers = [
        try Conv2d(
          path / 0, from: settings.channelCount, to: middle, kernel: 3, stride: 2,
          padding: .zeros(1), initialization: start)
      ]
      if activates { layers.append(Activation.gelu) }
      layers.append(
        try Conv2d(
          path / layers.count, from: middle, to: width, kernel: 3, stride: 2, padding: .zeros(1),
          initialization: start))
    }
    layers.append(
      try variant.norm.layer(
        path / layers.count, width, epsilon: variant.epsilon, isSpatial: true))
    return layers
  }
}

/// A 7 × 7 depthwise convolution, then two layers at each position with four times as many features between.
private struct ConvNeXtBlock: Layer {
  private let branch: Sequential
  private let dropPath: DropPath

  init(_ path: ParameterPath, _ variant: ConvNeXt.Variant, _ width: Int, dropPathRate: Double)
    throws
  {
    let isSpatial = variant.storesConvolutions
    func dense(_ path: ParameterPath, _ from: Int, _ to: Int) throws -> any Layer {
      isSpatial
        ? try Conv2d(path, from: from, to: to, kernel: 1, initialization: ConvNeXt.start)
        : try Linear(
          path, from: from, to: to, initialization: ConvNeXt.start,
          biasInitialization: .constant(0))
    }
    var pointwise: [any Layer] = [
      try variant.norm.layer(
        path / "norm", width, epsilon: variant.epsilon, isSpatial: isSpatial),
      try dense(path / "mlp" / "fc1", width, 4 * width), Activation.gelu,
    ]
    if variant.normalizesResponse {
      pointwise.append(
        try GlobalResponseNorm(path / "mlp" / "grn", 4 * width, isSpatial: isSpatial))
    }
    pointwise.append(try dense(path / "mlp" / "fc2", 4 * width, width))
    if !variant.normalizesResponse {
      pointwise.append(try LayerScale(path, width, start: 1e-6, isSpatial: isSpatial))
    }
    let depthwise = try Conv2d(
      path / "conv_dw", from: width, to: width, kernel: 7, padding: .zeros(3), groups: width,
      initialization: ConvNeXt.start)
    branch = Sequential([depthwise] + (isSpatial ? pointwise : [ChannelsLast(pointwise)]))
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try dropPath(branch(input, phase), phase) + input
  }
}
