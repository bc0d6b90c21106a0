import CredenceNN
import CredenceTensor

/// A transformer over the tokens of a text: the text tower of CLIP and of SigLIP.
///
/// CLIP's tokens see what stands before them only, and the text's feature is that of its last token. SigLIP's see all, also the padding, and the feature
/// is that of the last place.
///
/// - Note: Radford et al., ICML 2021, arXiv:2103.00020; Zhai et al., ICCV 2023, arXiv:2303.15343.
struct TextTransformer {
  /// `[vocabulary, width]`.
  private let tokens: Parameter
  /// `[1, places, width]`.
  private let positions: Parameter
  private let blocks: [TextTransformerBlock]
  private let norm: LayerNorm
  private let head: Linear
  private let isCausal: Bool

  /// - Parameters:
  ///   - path: Where the parameters stand.
  ///   - settings: The tower's numbers.
  ///   - outputs: The width of a text's feature.
  ///   - family: What tokens see, and whether the last layer adds a number to each feature.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, _ settings: ImageTextConfiguration.Text, to outputs: Int,
    _ family: ImageTextConfiguration.Family
  ) throws {
    let width = settings.width
    tokens = try path.parameter(
      "token_embedding.weight", [settings.vocabularySize, width],
      .truncatedNormal(deviation: 0.02))
    positions = try path.parameter(
      "pos_embed", [1, settings.contextLength, width], .truncatedNormal(deviation: 0.01))
    blocks = try (0..<settings.depth).map {
      try TextTransformerBlock(path / "blocks" / $0, settings)
    }
    norm = try LayerNorm(path / "norm", width, epsilon: settings.normEpsilon)
    head = try .ofTokens(path / "head", from: width, to: outputs, hasBias: family == .sigLIP)
    isCausal = family == .clip
  }

  /// The features of texts.
  ///
  /// - Parameters:
  ///   - ids: `[texts, places]`, integers below the size of the vocabulary.
  ///   - ends: For each text the place whose feature is taken.
  /// - Returns: `[texts, outputs]`, not normalized.
  /// - Throws: `EngineError`.
  func callAsFunction(_ ids: Tensor, ends: [Int]) throws -> Tensor {
    let places = ids.shape[1]
    var features = try tokens.value.embedding(ids) + positions.value.slice(1, to: places)
    let mask = isCausal ? try Self.causalMask(places).to(features.device) : nil
    for block in blocks { features = try block(features, mask: mask) }
    let rows = ends.enumerated().map { Int64($0.offset * places + $0.element) }
    let last = try features.reshaped([-1, features.shape[2]])
      .embedding(Tensor(rows, shape: [rows.count]).to(features.device))
    return try head(norm(last, .evaluation), .evaluation)
  }

  /// `[1, 1, places, places]`: −∞ where a token must not see another.
  private static func causalMask(_ places: Int) throws -> Tensor {
    let values = (0..<places * places).map { index -> Float in
      index % places > index / places ? -.infinity : 0
    }
    return try Tensor(values, shape: [1, 1, places, places])
  }
}

/// Attention, then an MLP, each after a normalization.
private struct TextTransformerBlock {
  private let attentionNorm: LayerNorm
  private let attention: SelfAttention
  private let hiddenNorm: LayerNorm
  private let mlp: MLP

  init(_ path: ParameterPath, _ settings: ImageTextConfiguration.Text) throws {
    let width = settings.width
    attentionNorm = try LayerNorm(path / "norm1", width, epsilon: settings.normEpsilon)
    attention = try SelfAttention(path / "attn", width, .init(heads: settings.heads))
    hiddenNorm = try LayerNorm(path / "norm2", width, epsilon: settings.normEpsilon)
    mlp = try MLP(
      path / "mlp", width, hidden: settings.hidden, activation: settings.activation)
  }

  func callAsFunction(_ input: Tensor, mask: Tensor?) throws -> Tensor {
    let phase = Phase.evaluation
    let seen = try input + attention(attentionNorm(input, phase), mask: mask, phase)
    return try seen + mlp(hiddenNorm(seen, phase), phase)
  }
}
