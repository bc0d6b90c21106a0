import CredenceNN
import CredenceTensor

/// Transformers whose attention stays within shifted windows, with timm's parameter names.
///
/// - Note: Liu et al., ICCV 2021, arXiv:2103.14030; version 2: CVPR 2022, arXiv:2111.09883.
struct SwinTransformer: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    var version = Version.one
    /// Features of the first stage; each further stage doubles them.
    var width: Int
    /// Blocks of the four stages.
    var depths: [Int]
    /// Heads of the first stage; each further stage doubles them.
    var heads: Int
    /// Rows and columns of the windows of the four stages.
    var windows: [Int]
    /// Windows for which relative positions were trained first; empty where they are the variant's own.
    var referenceWindows: [Int] = []
  }

  enum Version: Sendable {
    /// Normalization before attention and MLP, a table of relative positions.
    case one
    /// Normalization after them, cosine attention, a network for relative positions.
    case two
  }

  private let embedding: PatchEmbedding
  private let stages: Sequential
  private let norm: LayerNorm
  private let dropout: Dropout
  private let head: Linear?

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    embedding = try PatchEmbedding(
      path / "patch_embed", settings, size: 4, width: variant.width, norm: .layer(epsilon: 1e-5))
    let rates = Residual.rates(
      count: variant.depths.reduce(0, +), last: settings.dropPathRate)
    var size = embedding.grid
    var stages: [any Layer] = []
    var first = 0
    for (stage, depth) in variant.depths.enumerated() {
      let path = path / "layers" / stage
      let width = variant.width << stage
      if stage > 0 {
        stages.append(
          try PatchMerging(path / "downsample", from: width / 2, variant.version))
        size = size.map { ($0 + 1) / 2 }
      }
      let window = size.map { min($0, variant.windows[stage]) }
      let lookup = try RelativePositionLookup(
        RelativePositionIndex(window: window, hasClassToken: false))
      for index in 0..<depth {
        let shift = zip(size, window).map { index % 2 == 0 || $0 <= $1 ? 0 : $1 / 2 }
        stages.append(
          try SwinBlock(
            path / "blocks" / index, width: width, heads: variant.heads << stage, variant.version,
            WindowPartition(size: size, window: window, shift: shift), lookup,
            reference: variant.referenceWindows.isEmpty
              ? window : [variant.referenceWindows[stage], variant.referenceWindows[stage]],
            dropPathRate: rates[first + index]))
      }
      first += depth
    }
    self.stages = Sequential(stages)
    let width = variant.width << (variant.depths.count - 1)
    norm = try LayerNorm(path / "norm", width, epsilon: 1e-5)
    dropout = Dropout(settings.dropoutRate)
    head = try .head(path / "head" / "fc", from: width, settings)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let tokens = try embedding(images, phase)
    let map = try tokens.reshaped([-1, embedding.grid[0], embedding.grid[1], tokens.shape[2]])
    let embeddings = try norm(stages(map, phase), phase).mean(over: [1, 2])
    return NetworkOutput(
      logits: try head?(dropout(embeddings, phase), phase) ?? embeddings, embeddings: embeddings)
  }
}

/// Attention within windows and an MLP, over `[batch, rows, columns, width]`.
struct SwinBlock: Layer {
  private let version: SwinTransformer.Version
  private let partition: WindowPartition
  private let mask: Tensor?
  private let attention: SelfAttention
  private let mlp: MLP
  private let norms: [LayerNorm]
  private let dropPath: DropPath

  init(
    _ path: ParameterPath, width: Int, heads: Int, _ version: SwinTransformer.Version,
    _ partition: WindowPartition, _ lookup: RelativePositionLookup, reference: [Int],
    dropPathRate: Double
  ) throws {
    self.version = version
    self.partition = partition
    mask = try partition.mask()
    let place = path / "attn"
    var settings = SelfAttention.Settings(heads: heads)
    let bias: any AttentionBias
    switch version {
    case .one: bias = try RelativePositionBias(place, heads: heads, lookup)
    case .two:
      settings.projection = .packedWithoutKeyBias
      settings.similarity = .cosine
      bias = try ContinuousPositionBias(
        place, heads: heads, lookup, window: partition.window,
        .bounded(reference: reference))
    }
    attention = try SelfAttention(place, width, settings, bias: bias)
    mlp = try MLP(path / "mlp", width, hidden: 4 * width)
    norms = try (1...2).map { try LayerNorm(path / "norm\($0)", width, epsilon: 1e-5) }
    dropPath = DropPath(dropPathRate)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    func attended(_ map: Tensor) throws -> Tensor {
      try partition.joined(attention(partition.divided(map), mask: mask, phase))
    }
    switch version {
    case .one:
      let map = try input + dropPath(attended(norms[0](input, phase)), phase)
      return try map + dropPath(mlp(norms[1](map, phase), phase), phase)
    case .two:
      let map = try input + dropPath(norms[0](attended(input), phase), phase)
      return try map + dropPath(norms[1](mlp(map, phase), phase), phase)
    }
  }
}

/// Joins each square of four tokens into one of twice the features.
struct PatchMerging: Layer {
  private let norm: LayerNorm
  private let reduction: Linear
  private let version: SwinTransformer.Version

  init(_ path: ParameterPath, from width: Int, _ version: SwinTransformer.Version) throws {
    norm = try LayerNorm(
      path / "norm", version == .one ? 4 * width : 2 * width, epsilon: 1e-5)
    reduction = try .ofTokens(
      path / "reduction", from: 4 * width, to: 2 * width, hasBias: false)
    self.version = version
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let shape = input.shape
    let (rows, columns) = ((shape[1] + 1) / 2, (shape[2] + 1) / 2)
    let even =
      shape[1] % 2 == 0 && shape[2] % 2 == 0
      ? input : try input.padded([0, 0, 0, shape[2] % 2, 0, shape[1] % 2])
    // Down before across: of the four, the lower left stands second.
    let joined = try even.reshaped([-1, rows, 2, columns, 2, shape[3]])
      .permuted([0, 1, 3, 4, 2, 5]).flattened(from: 3)
    switch version {
    case .one: return try reduction(norm(joined, phase), phase)
    case .two: return try norm(reduction(joined, phase), phase)
    }
  }
}
