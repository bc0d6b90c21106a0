import CredenceNN
import CredenceTensor

/// The blocks of a vision transformer.
enum VisionTransformerBlocks {
  typealias Variant = VisionTransformer.Variant

  static func layers(
    _ path: ParameterPath, _ variant: Variant, grid: [Int], dropPathRate: Double
  ) throws -> Sequential {
    let prefix = variant.tokens.count
    let lookup =
      variant.hasRelativeBias
      ? try RelativePositionLookup(RelativePositionIndex(window: grid, hasClassToken: true)) : nil
    let rotation = try variant.rotaryReference.map {
      try RotaryEmbedding(
        grid: grid, reference: $0, width: variant.width / variant.heads, prefix: prefix)
    }
    let rates = Residual.rates(count: variant.depth, last: dropPathRate)
    return Sequential(
      try rates.enumerated().map { index, rate in
        try block(
          path / index, variant, index: index, lookup: lookup, rotation: rotation,
          dropPathRate: rate)
      })
  }

  private static func block(
    _ path: ParameterPath, _ variant: Variant, index: Int, lookup: RelativePositionLookup?,
    rotation: RotaryEmbedding?, dropPathRate: Double
  ) throws -> any Layer {
    let width = variant.width
    func attention(_ path: ParameterPath) throws -> any Layer {
      if variant.block == .differential {
        return try DifferentialAttention(path, width, heads: variant.heads, depth: index)
      }
      let settings = SelfAttention.Settings(
        heads: variant.heads, projection: variant.projection,
        queryKeyNorm: variant.normalizesQueries ? variant.norm : nil,
        outputNorm: variant.normalizesAttention ? variant.norm : nil)
      let bias = try lookup.map { try RelativePositionBias(path, heads: variant.heads, $0) }
      return try SelfAttention(path, width, settings, bias: bias, rotation: rotation)
    }
    func mlp(_ path: ParameterPath) throws -> any Layer {
      try MLP(
        path, width, hidden: hidden(variant), activation: variant.activation, form: variant.mlp,
        norm: variant.normalizesHidden ? variant.norm : nil)
    }
    func scale(_ nested: ParameterPath, _ flat: String = "") throws -> [any Layer] {
      guard let start = variant.layerScale else { return [] }
      switch variant.layerScaleNames {
      case .nested: return [try LayerScale(nested, width, start: start)]
      case .flat: return [try LayerScale(path, width, start: start, name: flat)]
      }
    }
    switch variant.block {
    case .preNorm, .differential:
      return Sequential([
        Residual(
          branches: [
            [try variant.norm.layer(path / "norm1", width), try attention(path / "attn")]
              + (try scale(path / "ls1", "gamma_1"))
          ], dropPathRate: dropPathRate),
        Residual(
          branches: [
            [try variant.norm.layer(path / "norm2", width), try mlp(path / "mlp")]
              + (try scale(path / "ls2", "gamma_2"))
          ], dropPathRate: dropPathRate),
      ])
    case .postNorm:
      let gain = variant.layerScale ?? 1
      return Sequential([
        Residual(
          [
            try attention(path / "attn"),
            try variant.norm.layer(path / "norm1", width, gain: gain),
          ], dropPathRate: dropPathRate),
        Residual(
          [try mlp(path / "mlp"), try variant.norm.layer(path / "norm2", width, gain: gain)],
          dropPathRate: dropPathRate),
      ])
    case .pairs:
      let attentions = try (0..<2).map { index -> [any Layer] in
        let path = path / "attns" / index
        return [try variant.norm.layer(path / "norm", width), try attention(path / "attn")]
          + (try scale(path / "ls"))
      }
      let networks = try (0..<2).map { index -> [any Layer] in
        let path = path / "ffns" / index
        return [try variant.norm.layer(path / "norm", width), try mlp(path / "mlp")]
          + (try scale(path / "ls"))
      }
      return Sequential([
        Residual(branches: attentions, dropPathRate: dropPathRate),
        Residual(branches: networks, dropPathRate: dropPathRate),
      ])
    case .parallel, .differentialParallel:
      return Residual(
        branches: [
          [
            try variant.norm.layer(path / "in_norm", width),
            try ParallelBlock(path, variant, hidden: hidden(variant), depth: index),
          ] + (try scale(path / "ls"))
        ], dropPathRate: dropPathRate)
    }
  }

  private static func hidden(_ variant: Variant) -> Int {
    Int(Double(variant.width) * variant.expansion)
  }
}

/// Attention and an MLP over the same tokens, with one projection in.
///
/// - Note: Dehghani et al., ICML 2023, arXiv:2302.05442.
struct ParallelBlock: Layer {
  private let heads: Int
  private let width: Int
  private let hidden: Int
  private let activation: Activation
  private let enter: Linear
  private let hiddenBias: Parameter?
  private let queryNorm: (any Layer)?
  private let keyNorm: (any Layer)?
  private let difference: AttentionDifference?
  /// One projection of both parts, or one for each.
  private let leave: [Linear]

  init(
    _ path: ParameterPath, _ variant: VisionTransformer.Variant, hidden: Int, depth: Int
  ) throws {
    heads = variant.heads
    width = variant.width
    self.hidden = hidden
    activation = variant.activation
    let isBiased = variant.projection == .packed
    enter = try .ofTokens(
      path / "in_proj", from: width, to: hidden + 3 * width, hasBias: isBiased)
    hiddenBias = isBiased ? nil : try path.parameter("mlp_bias", [hidden], .constant(0))
    let norm = variant.normalizesQueries ? variant.norm : nil
    queryNorm = try norm?.layer(path / "q_norm", width / heads)
    keyNorm = try norm?.layer(path / "k_norm", width / heads)
    if variant.block == .differentialParallel {
      difference = try AttentionDifference(path, headWidth: width / heads, depth: depth)
      leave = [try .ofTokens(path / "out_proj", from: width + hidden, to: width)]
    } else {
      difference = nil
      leave = [
        try .ofTokens(path / "attn_out_proj", from: width, to: width),
        try .ofTokens(path / "mlp_out_proj", from: hidden, to: width),
      ]
    }
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let parts = try enter(input, phase).split([hidden, width, width, width], along: -1)
    var features = parts[0]
    if let hiddenBias { features = try features + hiddenBias.value }
    features = try activation(features, phase)
    if let difference {
      let attended = try difference(parts[1], parts[2], parts[3], heads: heads, phase)
      return try leave[0](.concatenated([attended, features], along: -1), phase)
    }
    var query = try parts[1].dividedIntoHeads(heads)
    var key = try parts[2].dividedIntoHeads(heads)
    if let queryNorm { query = try queryNorm(query, phase) }
    if let keyNorm { key = try keyNorm(key, phase) }
    let attended = try query.attention(key: key, value: parts[3].dividedIntoHeads(heads))
    return try leave[0](attended.joiningHeads(), phase) + leave[1](features, phase)
  }
}
