import CredenceNN
import CredenceTensor

/// Networks that mix patches by matrices instead of attention, with timm's parameter names.
///
/// - Note: MLP-Mixer: Tolstikhin et al., NeurIPS 2021, arXiv:2105.01601; ResMLP: Touvron et al., arXiv:2105.03404; gMLP: Liu et al.,
///   NeurIPS 2021, arXiv:2105.08050.
struct MLPMixer: Network {
  /// The numbers that tell the variants apart.
  struct Variant: Sendable {
    /// Rows and columns of a patch.
    var patch = 16
    var width: Int
    var depth: Int
    var block = Block.mixer
    /// Hidden features of the MLP over features, over the width.
    var expansion = 4
  }

  enum Block: Sendable {
    /// An MLP over patches, whose hidden features are half the width, and one over features.
    case mixer
    /// The same with gated MLPs; as many hidden features over patches as the width, half of them gates.
    case gatedMixer
    /// A matrix over patches and an MLP over features; affine maps for normalization, factors that start at a number.
    case residual(Double)
    /// An MLP whose hidden features are gated by a matrix over patches.
    case spatialGate
  }

  private let embedding: PatchEmbedding
  private let blocks: Sequential
  private let norm: any Layer
  private let dropout: Dropout
  private let head: Linear?

  var classifier: Linear? { head }

  init(_ path: ParameterPath, _ variant: Variant, _ settings: NetworkSettings) throws {
    embedding = try PatchEmbedding(
      path / "stem", settings, size: variant.patch, width: variant.width)
    let tokens = embedding.grid[0] * embedding.grid[1]
    let rates = Residual.rates(count: variant.depth, last: settings.dropPathRate)
    blocks = Sequential(
      try rates.enumerated().map { index, rate in
        try Self.block(path / "blocks" / index, variant, tokens: tokens, dropPathRate: rate)
      })
    if case .residual = variant.block {
      norm = try Affine(path / "norm", variant.width)
    } else {
      norm = try LayerNorm(path / "norm", variant.width)
    }
    dropout = Dropout(settings.dropoutRate)
    head = try .head(path / "head", from: variant.width, settings)
  }

  func callAsFunction(_ images: Tensor, _ phase: Phase) throws -> NetworkOutput {
    let tokens = try blocks(embedding(images, phase), phase)
    let embeddings = try norm(tokens, phase).mean(over: [1])
    return NetworkOutput(
      logits: try head?(dropout(embeddings, phase), phase) ?? embeddings, embeddings: embeddings)
  }

  private static func block(
    _ path: ParameterPath, _ variant: Variant, tokens: Int, dropPathRate: Double
  ) throws -> any Layer {
    let width = variant.width
    let hidden = variant.expansion * width
    switch variant.block {
    case .mixer, .gatedMixer:
      var form = MLP.Form.plain
      var activation = Activation.gelu
      var tokensHidden = width / 2
      if case .gatedMixer = variant.block {
        (form, activation, tokensHidden) = (.gatedPackedLast, .silu, width)
      }
      let mixing = try MLP(
        path / "mlp_tokens", tokens, hidden: tokensHidden, activation: activation, form: form)
      let network = try MLP(
        path / "mlp_channels", width, hidden: hidden, activation: activation, form: form)
      return Sequential([
        Residual(
          [try LayerNorm(path / "norm1", width), AcrossTokens(mixing)],
          dropPathRate: dropPathRate),
        Residual([try LayerNorm(path / "norm2", width), network], dropPathRate: dropPathRate),
      ])
    case .residual(let start):
      let mixing = try Linear.ofTokens(path / "linear_tokens", from: tokens, to: tokens)
      return Sequential([
        Residual(
          [
            try Affine(path / "norm1", width), AcrossTokens(mixing),
            try LayerScale(path, width, start: start, name: "ls1"),
          ], dropPathRate: dropPathRate),
        Residual(
          [
            try Affine(path / "norm2", width),
            try MLP(path / "mlp_channels", width, hidden: hidden),
            try LayerScale(path, width, start: start, name: "ls2"),
          ], dropPathRate: dropPathRate),
      ])
    case .spatialGate:
      let place = path / "mlp_channels"
      return Residual(
        [
          try LayerNorm(path / "norm", width),
          try Linear.ofTokens(place / "fc1", from: width, to: hidden), Activation.gelu,
          try SpatialGate(place / "gate", hidden, tokens: tokens),
          try Linear.ofTokens(place / "fc2", from: hidden / 2, to: width),
        ], dropPathRate: dropPathRate)
    }
  }
}

/// A layer over the tokens of `[batch, tokens, width]`, for each feature alone.
struct AcrossTokens: Layer {
  private let layer: any Layer

  init(_ layer: any Layer) { self.layer = layer }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try layer(input.transposed(1, 2), phase).transposed(1, 2)
  }
}

/// A learned factor and summand for each feature.
struct Affine: Layer {
  /// `[1, 1, width]`.
  private let alpha: Parameter
  /// `[1, 1, width]`.
  private let beta: Parameter

  init(_ path: ParameterPath, _ width: Int) throws {
    alpha = try path.parameter("alpha", [1, 1, width], .constant(1))
    beta = try path.parameter("beta", [1, 1, width], .constant(0))
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input * alpha.value + beta.value
  }
}

/// Multiplies one half of the features by the other, which a matrix over tokens has mixed.
struct SpatialGate: Layer {
  private let norm: LayerNorm
  private let mixing: AcrossTokens

  init(_ path: ParameterPath, _ width: Int, tokens: Int) throws {
    norm = try LayerNorm(path / "norm", width / 2, epsilon: 1e-5)
    mixing = AcrossTokens(
      try Linear(
        path / "proj", from: tokens, to: tokens, initialization: .normal(deviation: 1e-6),
        biasInitialization: .constant(1)))
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let half = input.shape[2] / 2
    let parts = try input.split([half, half], along: -1)
    return try parts[0] * mixing(norm(parts[1], phase), phase)
  }
}
