import CredenceNN
import CredenceTensor

/// Two linear layers with an activation between them, for each token alone.
struct MLP: Layer {
  /// How the hidden features are made.
  enum Form: Hashable, Sendable {
    /// activation(*W* *x*).
    case plain
    /// activation(*V* *x*) · *W* *x*, the two matrices stacked in `fc1`: half of its outputs are hidden features.
    ///
    /// - Note: Shazeer, arXiv:2002.05202.
    case gatedPacked
    /// The same with *W* above *V*.
    case gatedPackedLast
    /// The same with *V* as `fc1_g` and *W* as `fc1_x`.
    case gated
  }

  private let form: Form
  private let enter: [Linear]
  private let activation: Activation
  private let norm: (any Layer)?
  private let leave: Linear

  /// - Parameters:
  ///   - path: Where the layers stand.
  ///   - width: Features of input and output.
  ///   - hidden: Outputs of the first layer.
  ///   - activation: The function of the hidden features, or of their gate.
  ///   - form: How the hidden features are made.
  ///   - norm: What stands before the second layer.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, _ width: Int, hidden: Int, activation: Activation = .gelu,
    form: Form = .plain, norm: TokenNorm? = nil
  ) throws {
    self.form = form
    let names = form == .gated ? ["fc1_g", "fc1_x"] : ["fc1"]
    enter = try names.map { try .ofTokens(path / $0, from: width, to: hidden) }
    let isPacked = form == .gatedPacked || form == .gatedPackedLast
    let features = isPacked ? hidden / 2 : hidden
    self.activation = activation
    self.norm = try norm?.layer(path / "norm", features)
    leave = try .ofTokens(path / "fc2", from: features, to: width)
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    var hidden = try enter[0](input, phase)
    switch form {
    case .plain: hidden = try activation(hidden, phase)
    case .gatedPacked, .gatedPackedLast:
      let half = hidden.shape.last.map { $0 / 2 } ?? 0
      let parts = try hidden.split([half, half], along: -1)
      hidden =
        form == .gatedPacked
        ? try activation(parts[0], phase) * parts[1] : try parts[0] * activation(parts[1], phase)
    case .gated: hidden = try activation(hidden, phase) * enter[1](input, phase)
    }
    if let norm { hidden = try norm(hidden, phase) }
    return try leave(hidden, phase)
  }
}
