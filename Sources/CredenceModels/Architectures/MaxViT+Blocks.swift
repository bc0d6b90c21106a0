import CredenceNN
import CredenceTensor

/// Makes the blocks of one stage.
struct MaxViTBlocks {
  private let variant: MaxViT.Variant
  private let stage: Int
  /// Rows and columns of the stage's maps.
  private let size: [Int]
  private let window: [Int]
  private let lookup: RelativePositionLookup

  init(_ variant: MaxViT.Variant, imageSize: [Int], stage: Int) throws {
    self.variant = variant
    self.stage = stage
    size = imageSize.map { $0 / (4 << stage) }
    window = MaxViT.window(variant, stage: stage, imageSize: imageSize)
    let attends = variant.stages[stage] != .convolution
    lookup = try RelativePositionLookup(
      RelativePositionIndex(window: attends ? window : [1, 1], hasClassToken: false))
  }

  func layers(_ path: ParameterPath, from inputs: Int, index: Int, dropPathRate: Double) throws
    -> [any Layer]
  {
    let outputs = variant.widths[stage]
    let stride = index == 0 ? 2 : 1
    func convolution(_ path: ParameterPath, from inputs: Int, stride: Int) throws -> any Layer {
      try InvertedConvolution(
        path, from: inputs, to: outputs, stride: stride, variant.convolution,
        dropPathRate: dropPathRate)
    }
    func axis(_ path: ParameterPath, isGrid: Bool) throws -> [any Layer] {
      let partition = WindowPartition(size: size, window: window, isGrid: isGrid)
      let attention = try windowed(path / "attn", outputs, to: outputs, partition)
      return try residuals(path, attention, dropPathRate: dropPathRate)
    }
    switch variant.stages[stage] {
    case .convolution: return [try convolution(path, from: inputs, stride: stride)]
    case .convolutionThenAttention where index == 0:
      return [try convolution(path, from: inputs, stride: stride)]
    case .attention, .convolutionThenAttention:
      return try attention(path, from: inputs, stride: stride, dropPathRate: dropPathRate)
    case .multiAxis:
      return [
        try convolution(path / "conv", from: inputs, stride: stride),
        WithChannelsLast(
          try axis(path / "attn_block", isGrid: false) + axis(path / "attn_grid", isGrid: true)),
      ]
    case .parallelMultiAxis:
      let place = path / "attn"
      let sides = try [("attn_block", false), ("attn_grid", true)].map {
        try windowed(
          place / $0.0, outputs, to: outputs / 2,
          WindowPartition(size: size, window: window, isGrid: $0.1))
      }
      return [
        try convolution(path / "conv" / 0, from: inputs, stride: stride),
        try convolution(path / "conv" / 1, from: outputs, stride: 1),
        WithChannelsLast(
          try residuals(place, SideBySide(layers: sides), dropPathRate: dropPathRate)),
      ]
    }
  }

  /// Attention and an MLP over `[batch, rows, columns, width]`.
  private func residuals(_ path: ParameterPath, _ attention: any Layer, dropPathRate: Double)
    throws -> [any Layer]
  {
    let width = variant.widths[stage]
    let style = variant.attention
    func scale(_ name: String) throws -> [any Layer] {
      try style.layerScale.map { [try LayerScale(path / name, width, start: $0)] } ?? []
    }
    let mlp = try MLP(path / "mlp", width, hidden: 4 * width, activation: style.activation)
    return [
      Residual(
        branches: [
          [try LayerNorm(path / "norm1", width, epsilon: style.epsilon), attention]
            + (try scale("ls1"))
        ], dropPathRate: dropPathRate),
      Residual(
        branches: [
          [try LayerNorm(path / "norm2", width, epsilon: style.epsilon), mlp]
            + (try scale("ls2"))
        ], dropPathRate: dropPathRate),
    ]
  }

  private func windowed(
    _ path: ParameterPath, _ width: Int, to outputs: Int, _ partition: WindowPartition
  ) throws -> any Layer {
    let heads = width / 32
    let settings = SelfAttention.Settings(
      heads: heads, isPackedByHead: variant.attention.isPackedByHead)
    return WindowAttention(
      partition: partition,
      attention: try SelfAttention(
        path, width, to: outputs, settings, bias: try bias(path / "rel_pos", heads: heads)))
  }

  private func bias(_ path: ParameterPath, heads: Int) throws -> any AttentionBias {
    switch variant.attention.positions {
    case .table: try RelativePositionBias(path, heads: heads, lookup)
    case .headwiseTable: try HeadwisePositionBias(path, heads: heads, lookup, window: window)
    case .network(let hidden):
      try ContinuousPositionBias(
        path, heads: heads, lookup, window: window, .unbounded(hidden: hidden))
    }
  }

  /// Attention among all places of `[batch, channels, rows, columns]`, and an MLP.
  private func attention(
    _ path: ParameterPath, from inputs: Int, stride: Int, dropPathRate: Double
  ) throws -> [any Layer] {
    let outputs = variant.widths[stage]
    let style = variant.attention
    func scale(_ name: String) throws -> [any Layer] {
      try style.layerScale.map {
        [try LayerScale(path / name, outputs, start: $0, isSpatial: true)]
      } ?? []
    }
    let width = style.expandsFirst ? outputs : inputs
    let norm: [any Layer] =
      stride == 2
      ? [try style.normLayer(path / "norm1" / "norm", inputs), style.pool.layer]
      : [try style.normLayer(path / "norm1", inputs)]
    let attention = try MapAttention(
      path / "attn", from: inputs, width: width, to: outputs,
      bias: try bias(path / "attn" / "rel_pos", heads: width / 32))
    let mlp = path / "mlp"
    return [
      ShrinkingResidual(
        shortcut: try shrinking(
          path / "shortcut", from: inputs, to: outputs, stride: stride, style.pool,
          hasBias: style.hasShortcutBias),
        branch: Sequential(norm + [attention] + (try scale("ls1"))),
        dropPath: DropPath(dropPathRate)),
      Residual(
        branches: [
          [
            try style.normLayer(path / "norm2", outputs),
            try Conv2d(mlp / "fc1", from: outputs, to: 4 * outputs, kernel: 1),
            style.activation,
            try Conv2d(mlp / "fc2", from: 4 * outputs, to: outputs, kernel: 1),
          ] + (try scale("ls2"))
        ], dropPathRate: dropPathRate),
    ]
  }
}

/// A shortcut that halves rows and columns where the stride is 2, and projects where channels differ.
func shrinking(
  _ path: ParameterPath, from inputs: Int, to outputs: Int, stride: Int, _ pool: MaxViT.Pool,
  hasBias: Bool
) throws -> Sequential {
  guard stride == 2 else { return Sequential([]) }
  let expansion: [any Layer] =
    inputs == outputs
    ? []
    : [try Conv2d(path / "expand", from: inputs, to: outputs, kernel: 1, hasBias: hasBias)]
  return Sequential([pool.layer] + expansion)
}

/// A branch beside a shortcut that changes the shape.
struct ShrinkingResidual: Layer {
  let shortcut: Sequential
  let branch: Sequential
  let dropPath: DropPath

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try shortcut(input, phase) + dropPath(branch(input, phase), phase)
  }
}

/// Layers over `[batch, rows, columns, channels]`, for an input of `[batch, channels, rows, columns]`.
struct WithChannelsLast: Layer {
  private let layers: Sequential

  init(_ layers: [any Layer]) { self.layers = Sequential(layers) }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try layers(input.permuted([0, 2, 3, 1]), phase).permuted([0, 3, 1, 2])
  }
}

/// The outputs of some layers for the same input, features joined.
struct SideBySide: Layer {
  let layers: [any Layer]

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try .concatenated(layers.map { try $0(input, phase) }, along: -1)
  }
}

/// Attention within each window of `[batch, rows, columns, width]`.
struct WindowAttention: Layer {
  let partition: WindowPartition
  let attention: SelfAttention

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try partition.joined(attention(partition.divided(input), phase))
  }
}
