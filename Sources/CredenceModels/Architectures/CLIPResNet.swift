import CredenceNN
import CredenceTensor

/// CLIP's residual network: three convolutions at the start, averages before every step, and attention that pools the last map.
///
/// Parameters have OpenAI's names.
///
/// - Note: Radford et al., ICML 2021, arXiv:2103.00020; averages as Zhang, ICML 2019, arXiv:1904.11486.
struct CLIPResNet: Network {
  private let stem: Sequential
  private let blocks: Sequential
  private let pooling: CLIPAttentionPooling

  let classifier: Linear? = nil

  /// - Parameters:
  ///   - path: Where the parameters stand.
  ///   - settings: The network's numbers.
  ///   - outputs: The width of an image's feature.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, _ settings: ImageTextConfiguration.ImageResNet, to outputs: Int
  ) throws {
    let width = settings.width
    stem = Sequential([
      try NumberedConvolution(path, 1, from: 3, to: width / 2, kernel: 3, stride: 2),
      try NumberedConvolution(path, 2, from: width / 2, to: width / 2, kernel: 3),
      try NumberedConvolution(path, 3, from: width / 2, to: width, kernel: 3), AveragePooling(2),
    ])
    var inputs = width
    var blocks: [any Layer] = []
    for (stage, count) in settings.layers.enumerated() {
      let planes = width << stage
      for index in 0..<count {
        let stride = stage > 0 && index == 0 ? 2 : 1
        blocks.append(
          try CLIPBottleneck(
            path / "layer\(stage + 1)" / index, from: inputs, planes: planes, stride: stride))
        inputs = 4 * planes
      }
    }
    self.blocks = Sequential(blocks)
    let side = settings.imageSize / 32
    pooling = try CLIPAttentionPooling(
      path / "attnpool", places: side * side, width: inputs, heads: settings.heads, to: outputs)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let features = try pooling(blocks(stem(images, phase), phase), phase)
    return NetworkOutput(logits: features, embeddings: features)
  }
}

/// The mean over squares.
private struct AveragePooling: Layer {
  private let size: Int

  init(_ size: Int) { self.size = size }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.averagePool(size, stride: size)
  }
}

/// A convolution, its normalization and ReLU, as `conv1` and `bn1`.
private struct NumberedConvolution: Layer {
  private let convolution: Conv2d
  private let norm: BatchNorm2d
  private let isActivated: Bool

  init(
    _ path: ParameterPath, _ number: Int, from inputs: Int, to outputs: Int, kernel: Int,
    stride: Int = 1, isActivated: Bool = true
  ) throws {
    convolution = try Conv2d(
      path / "conv\(number)", from: inputs, to: outputs, kernel: kernel, stride: stride,
      padding: .zeros(kernel / 2), hasBias: false)
    norm = try BatchNorm2d(path / "bn\(number)", outputs)
    self.isActivated = isActivated
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let output = try norm(convolution(input, phase), phase)
    return isActivated ? try output.relu() : output
  }
}

/// A bottleneck whose step is an average before the last convolution, and before the shortcut's.
private struct CLIPBottleneck: Layer {
  private let branch: Sequential
  private let shortcut: Sequential

  init(_ path: ParameterPath, from inputs: Int, planes: Int, stride: Int) throws {
    let average: [any Layer] = stride > 1 ? [AveragePooling(stride)] : []
    let entering: [any Layer] = [
      try NumberedConvolution(path, 1, from: inputs, to: planes, kernel: 1),
      try NumberedConvolution(path, 2, from: planes, to: planes, kernel: 3),
    ]
    let last = try NumberedConvolution(
      path, 3, from: planes, to: 4 * planes, kernel: 1, isActivated: false)
    branch = Sequential(entering + average + [last])
    let isProjected = stride > 1 || inputs != 4 * planes
    let projection: [any Layer] =
      isProjected
      ? [
        try Conv2d(
          path / "downsample" / 0, from: inputs, to: 4 * planes, kernel: 1, hasBias: false),
        try BatchNorm2d(path / "downsample" / 1, 4 * planes),
      ] : []
    shortcut = Sequential(average + projection)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try (branch(input, phase) + shortcut(input, phase)).relu()
  }
}

/// The mean of a map attends to the map and itself.
private struct CLIPAttentionPooling: Layer {
  /// `[1 + places, width]`.
  private let positions: Parameter
  private let query: Linear
  private let key: Linear
  private let value: Linear
  private let leave: Linear
  private let heads: Int

  init(_ path: ParameterPath, places: Int, width: Int, heads: Int, to outputs: Int) throws {
    positions = try path.parameter(
      "positional_embedding", [1 + places, width], .truncatedNormal(deviation: 0.02))
    query = try .ofTokens(path / "q_proj", from: width, to: width)
    key = try .ofTokens(path / "k_proj", from: width, to: width)
    value = try .ofTokens(path / "v_proj", from: width, to: width)
    leave = try .ofTokens(path / "c_proj", from: width, to: outputs)
    self.heads = heads
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let map = try input.flattened(from: 2).transposed(1, 2)
    let tokens =
      try Tensor.concatenated(
        [map.mean(over: [1], keepsDimensions: true), map], along: 1) + positions.value
    let mean = try tokens.slice(1, to: 1)
    let pooled = try query(mean, phase).dividedIntoHeads(heads).attention(
      key: key(tokens, phase).dividedIntoHeads(heads),
      value: value(tokens, phase).dividedIntoHeads(heads))
    return try leave(pooled.joiningHeads().selecting(0, of: 1), phase)
  }
}
