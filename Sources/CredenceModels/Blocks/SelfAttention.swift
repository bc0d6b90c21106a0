import CredenceNN
import CredenceTensor

/// What is added to attention's scores because of where tokens stand.
protocol AttentionBias {
  /// `[1, heads, tokens, tokens]`.
  ///
  /// - Throws: `EngineError`.
  func callAsFunction() throws -> Tensor
}

/// Multi-head attention among the tokens of each row of `[rows, tokens, width]`.
///
/// - Note: Vaswani et al., NeurIPS 2017, arXiv:1706.03762.
struct SelfAttention: Layer {
  /// How queries, keys and values are made.
  enum Projection: Hashable, Sendable {
    /// One matrix `qkv` with a bias.
    case packed
    /// One matrix `qkv`.
    case packedWithoutBias
    /// One matrix `qkv`, biases `q_bias` and `v_bias`.
    case packedWithoutKeyBias
    /// `q_proj` and `v_proj` with a bias, `k_proj` without.
    case separate
  }

  /// How a query is compared with a key.
  enum Similarity: Hashable, Sendable {
    /// Their product over √width.
    case product
    /// The cosine of their angle times a learned factor for each head, at most 100.
    ///
    /// - Note: Liu et al., CVPR 2022, arXiv:2111.09883.
    case cosine
  }

  struct Settings: Hashable, Sendable {
    var heads: Int
    var projection = Projection.packed
    /// Whether a packed matrix holds query, key and value of the first head first, and not the queries of all heads.
    var isPackedByHead = false
    var similarity = Similarity.product
    /// Of each head's queries and keys.
    var queryKeyNorm: TokenNorm?
    /// Before the last projection.
    var outputNorm: TokenNorm?
  }

  private let settings: Settings
  private let project: QueryKeyValue
  private let queryNorm: (any Layer)?
  private let keyNorm: (any Layer)?
  /// `[heads, 1, 1]`: the logarithm of the cosine's factor.
  private let logarithmicScale: Parameter?
  private let bias: (any AttentionBias)?
  private let rotation: RotaryEmbedding?
  private let outputNorm: (any Layer)?
  private let leave: Linear

  /// - Parameters:
  ///   - path: Where the parameters stand.
  ///   - width: Features of the input and of all heads together.
  ///   - outputs: Features of the output; `nil` for as many.
  ///   - settings: The numbers that tell variants apart.
  ///   - bias: What is added to the scores.
  ///   - rotation: What queries and keys are rotated by.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, _ width: Int, to outputs: Int? = nil, _ settings: Settings,
    bias: (any AttentionBias)? = nil, rotation: RotaryEmbedding? = nil
  ) throws {
    self.settings = settings
    project = try QueryKeyValue(path, width, settings.projection)
    let headWidth = width / settings.heads
    queryNorm = try settings.queryKeyNorm?.layer(path / "q_norm", headWidth)
    keyNorm = try settings.queryKeyNorm?.layer(path / "k_norm", headWidth)
    logarithmicScale =
      settings.similarity == .cosine
      ? try path.parameter("logit_scale", [settings.heads, 1, 1], .constant(2.302_585_092_994_046))
      : nil
    self.bias = bias
    self.rotation = rotation
    outputNorm = try settings.outputNorm?.layer(path / "norm", width)
    leave = try .ofTokens(path / "proj", from: width, to: outputs ?? width)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try callAsFunction(input, mask: nil, phase)
  }

  /// Attends, where some pairs of tokens must not see each other.
  ///
  /// - Parameters:
  ///   - input: `[rows, tokens, width]`.
  ///   - mask: `[windows, 1, tokens, tokens]`, added to the scores; row *i* takes that of window *i* mod windows.
  ///   - phase: Whether the network learns.
  /// - Returns: `[rows, tokens, width]`.
  /// - Throws: `EngineError`.
  func callAsFunction(_ input: Tensor, mask: Tensor?, _ phase: Phase) throws -> Tensor {
    var (query, key, value) = try project(input, settings, phase)
    if let queryNorm { query = try queryNorm(query, phase) }
    if let keyNorm { key = try keyNorm(key, phase) }
    if let rotation {
      query = try rotation(query)
      key = try rotation(key)
    }
    if let logarithmicScale {
      // ln 100
      let scale = try logarithmicScale.value.clamped(high: 4.605_170_185_988_092).exp()
      query = try query.normalized() * scale
      key = try key.normalized()
    }
    let scale = logarithmicScale == nil ? nil : 1.0
    let added = try bias?().matching(query)
    let output: Tensor
    if let mask {
      // The windows of an image become its heads, so that one mask serves the whole batch.
      let windows = mask.shape[0]
      let shape = query.shape
      func gathered(_ tensor: Tensor) throws -> Tensor {
        try tensor.reshaped([-1, windows * shape[1], shape[2], shape[3]])
      }
      let whole = try added.map { try $0 + mask.matching(query) } ?? mask.matching(query)
      let scores = try whole.expanded([-1, shape[1], -1, -1])
        .reshaped([1, windows * shape[1], shape[2], shape[2]])
      output = try gathered(query).attention(
        key: gathered(key), value: gathered(value), mask: scores, scale: scale
      ).reshaped([-1, shape[1], shape[2], shape[3]])
    } else {
      output = try query.attention(key: key, value: value, mask: added, scale: scale)
    }
    let joined = try output.joiningHeads()
    return try leave(outputNorm?(joined, phase) ?? joined, phase)
  }
}

/// The linear maps to queries, keys and values.
struct QueryKeyValue {
  private let packed: Parameter?
  /// `[3 · width]`, or those of queries and of values.
  private let biases: [Parameter]
  private let separate: [Linear]

  init(_ path: ParameterPath, _ width: Int, _ projection: SelfAttention.Projection) throws {
    if projection == .separate {
      separate = try [("q_proj", true), ("k_proj", false), ("v_proj", true)].map {
        try .ofTokens(path / $0.0, from: width, to: width, hasBias: $0.1)
      }
      packed = nil
      biases = []
      return
    }
    separate = []
    packed = try path.parameter(
      "qkv.weight", [3 * width, width], .truncatedNormal(deviation: 0.02))
    switch projection {
    case .packed: biases = [try path.parameter("qkv.bias", [3 * width], .constant(0))]
    case .packedWithoutKeyBias:
      biases = try ["q_bias", "v_bias"].map { try path.parameter($0, [width], .constant(0)) }
    case .packedWithoutBias, .separate: biases = []
    }
  }

  /// Queries, keys and values `[rows, heads, tokens, width]` of `[rows, tokens, heads · width]`.
  func callAsFunction(_ input: Tensor, _ settings: SelfAttention.Settings, _ phase: Phase) throws
    -> (query: Tensor, key: Tensor, value: Tensor)
  {
    let heads = settings.heads
    guard let packed else {
      let parts = try separate.map { try $0(input, phase).dividedIntoHeads(heads) }
      return (parts[0], parts[1], parts[2])
    }
    var bias = biases.first?.value
    if biases.count == 2 {
      let query = biases[0].value
      let none = try Tensor.zeros(
        query.shape, elementType: query.elementType, device: query.device)
      bias = try .concatenated([query, none, biases[1].value])
    }
    let stacked = try input.linear(packed.value, bias)
    let shape = stacked.shape
    let width = shape[2] / (3 * heads)
    let parts =
      settings.isPackedByHead
      ? try stacked.reshaped([-1, shape[1], heads, 3, width]).unbound(3)
      : try stacked.reshaped([-1, shape[1], 3, heads, width]).unbound(2)
    return (
      try parts[0].transposed(1, 2), try parts[1].transposed(1, 2), try parts[2].transposed(1, 2)
    )
  }
}
