import CredenceNN
import CredenceTensor

/// Transformers over square patches of an image, with timm's parameter names.
///
/// - Note: Dosovitskiy et al., ICLR 2021, arXiv:2010.11929; DeiT: Touvron et al., ICML 2021, arXiv:2012.12877, and ECCV 2022,
///   arXiv:2204.07118; CLIP: Radford et al., ICML 2021, arXiv:2103.00020; SigLIP: Zhai et al., ICCV 2023, arXiv:2303.15343; DINOv2:
///   Oquab et al., arXiv:2304.07193; registers: Darcet et al., ICLR 2024, arXiv:2309.16588; BEiT: Bao et al., ICLR 2022,
///   arXiv:2106.08254; EVA: Fang et al., CVPR 2023, arXiv:2211.07636; EVA-02: arXiv:2303.11331.
struct VisionTransformer: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Rows and columns of a patch.
    var patch = 16
    var width: Int
    var depth = 12
    var heads: Int
    /// Hidden features of the MLP over the width.
    var expansion = 4.0
    var mlp = MLP.Form.plain
    /// Whether the MLP's hidden features are normalized.
    var normalizesHidden = false
    var activation = Activation.gelu
    var norm = TokenNorm.layer()
    var block = Block.preNorm
    var projection = SelfAttention.Projection.packed
    /// Whether each head's queries and keys are normalized.
    var normalizesQueries = false
    /// Whether attention's output is normalized before its last projection.
    var normalizesAttention = false
    /// What factors of residual branches start at.
    var layerScale: Double?
    var layerScaleNames = LayerScaleNames.nested
    var tokens = Tokens.classToken
    /// Learned vectors for places.
    var positions = Positions.all
    /// Whether attention's scores depend on offsets.
    var hasRelativeBias = false
    /// Rows and columns to which rotary positions are scaled; `nil` for none.
    var rotaryReference: Int?
    /// Whether tokens are normalized before the first block.
    var normalizesFirst = false
    var pooling = Pooling.classToken
    var finalNorm = FinalNorm.tokens
  }

  enum Block: Hashable, Sendable {
    /// Attention, then an MLP, each after a normalization.
    case preNorm
    /// Attention, then an MLP, each before a normalization.
    case postNorm
    /// Attention and MLP side by side, with one projection in.
    case parallel
    /// Pairs of attentions, then pairs of MLPs, side by side.
    case pairs
    /// As `preNorm`, with differential attention.
    case differential
    /// As `parallel`, with differential attention.
    case differentialParallel
  }

  enum LayerScaleNames: Hashable, Sendable {
    /// `ls1.gamma`, `ls2.gamma`.
    case nested
    /// `gamma_1`, `gamma_2`.
    case flat
  }

  /// What stands before the patches.
  enum Tokens: Hashable, Sendable {
    case classToken
    /// A class token and one that learns from a teacher; each has its classifier.
    case classAndDistillation
    case registers(Int)
    case classAndRegisters(Int)

    var count: Int {
      switch self {
      case .classToken: 1
      case .classAndDistillation: 2
      case .registers(let count): count
      case .classAndRegisters(let count): 1 + count
      }
    }
  }

  /// Which tokens have a learned vector for their place.
  enum Positions: Hashable, Sendable {
    case none
    case patches
    case all
  }

  enum Pooling: Hashable, Sendable {
    case classToken
    /// The mean over patches.
    case average
    case attention
  }

  /// Where the last normalization stands.
  enum FinalNorm: Hashable, Sendable {
    case none
    case tokens
    case pooled
  }

  private let stem: VisionTransformerStem
  private let firstNorm: (any Layer)?
  private let blocks: Sequential
  private let norm: (any Layer)?
  private let pooling: Pooling
  private let prefix: Int
  private let attentionPooling: AttentionPooling?
  private let pooledNorm: (any Layer)?
  private let dropout: Dropout
  private let head: Linear?
  /// The classifier of the distillation token.
  private let teacherHead: Linear?

  var classifier: Linear? { teacherHead == nil ? head : nil }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    let width = variant.width
    stem = try VisionTransformerStem(path, variant, settings)
    firstNorm = variant.normalizesFirst ? try variant.norm.layer(path / "norm_pre", width) : nil
    prefix = variant.tokens.count
    blocks = try VisionTransformerBlocks.layers(
      path / "blocks", variant, grid: stem.grid, dropPathRate: settings.dropPathRate)
    norm = variant.finalNorm == .tokens ? try variant.norm.layer(path / "norm", width) : nil
    pooling = variant.pooling
    attentionPooling =
      pooling == .attention
      ? try AttentionPooling(
        path / "attn_pool", width, heads: variant.heads,
        hidden: Int(Double(width) * variant.expansion), norm: variant.norm,
        activation: variant.activation) : nil
    pooledNorm =
      variant.finalNorm == .pooled ? try variant.norm.layer(path / "fc_norm", width) : nil
    dropout = Dropout(settings.dropoutRate)
    head = try .head(path / "head", from: width, settings)
    teacherHead =
      variant.tokens == .classAndDistillation
      ? try .head(path / "head_dist", from: width, settings) : nil
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    var tokens = try stem(images, phase)
    if let firstNorm { tokens = try firstNorm(tokens, phase) }
    tokens = try blocks(tokens, phase)
    if let norm { tokens = try norm(tokens, phase) }
    if let head, let teacherHead {
      let student = try tokens.selecting(0, of: 1)
      let teacher = try tokens.selecting(1, of: 1)
      let sum =
        try head(dropout(student, phase), phase) + teacherHead(dropout(teacher, phase), phase)
      return NetworkOutput(logits: try sum * 0.5, embeddings: try (student + teacher) * 0.5)
    }
    var embeddings: Tensor
    switch pooling {
    case .classToken: embeddings = try tokens.selecting(0, of: 1)
    case .average: embeddings = try patches(tokens).mean(over: [1])
    case .attention:
      embeddings = try attentionPooling?(patches(tokens), phase) ?? tokens.selecting(0, of: 1)
    }
    if let pooledNorm { embeddings = try pooledNorm(embeddings, phase) }
    return NetworkOutput(
      logits: try head?(dropout(embeddings, phase), phase) ?? embeddings, embeddings: embeddings)
  }

  private func patches(_ tokens: Tensor) throws -> Tensor {
    prefix == 0 ? tokens : try tokens.slice(1, from: prefix)
  }
}

/// Turns images into tokens that know their place.
struct VisionTransformerStem: Layer {
  private let embedding: PatchEmbedding
  /// `[1, count, width]` each.
  private let prefix: [Parameter]
  /// `[1, tokens, width]`.
  private let positions: Parameter?
  private let places: VisionTransformer.Positions

  var grid: [Int] { embedding.grid }

  init(
    _ path: ParameterPath, _ variant: VisionTransformer.Variant, _ settings: NetworkSettings
  ) throws {
    let width = variant.width
    embedding = try PatchEmbedding(
      path / "patch_embed", settings, size: variant.patch, width: width,
      hasBias: !variant.normalizesFirst)
    let tokens: [(String, Int)] =
      switch variant.tokens {
      case .classToken: [("cls_token", 1)]
      case .classAndDistillation: [("cls_token", 1), ("dist_token", 1)]
      case .registers(let count): [("reg_token", count)]
      case .classAndRegisters(let count): [("cls_token", 1), ("reg_token", count)]
      }
    prefix = try tokens.filter { $0.1 > 0 }.map {
      try path.parameter($0.0, [1, $0.1, width], .truncatedNormal(deviation: 0.02))
    }
    places = variant.positions
    let grid = embedding.grid
    let count = grid[0] * grid[1] + (places == .all ? variant.tokens.count : 0)
    positions =
      places == .none
      ? nil
      : try path.parameter("pos_embed", [1, count, width], .truncatedNormal(deviation: 0.02))
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> Tensor {
    var tokens = try embedding(images, phase)
    if let positions, places == .patches { tokens = try tokens + positions.value }
    if !prefix.isEmpty {
      let before = try prefix.map { try $0.value.repeated(forBatchOf: tokens) }
      tokens = try .concatenated(before + [tokens], along: 1)
    }
    if let positions, places == .all { tokens = try tokens + positions.value }
    return tokens
  }
}
