public import CredenceTensor

/// A function of each entry, without parameters.
public enum Activation: String, Codable, Hashable, Sendable, Layer {
  case identity
  case relu
  case relu6
  case gelu
  /// GELU approximated with tanh.
  case geluTanh
  /// *x* σ(1.702 *x*), as OpenAI's CLIP has it.
  case quickGELU
  case silu
  case mish
  case sigmoid
  case hardSigmoid
  case hardSwish
  case tanh
  case leakyReLU

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    switch self {
    case .identity: input
    case .relu: try input.relu()
    case .relu6: try input.relu6()
    case .gelu: try input.gelu()
    case .geluTanh: try input.gelu(usesTanh: true)
    case .quickGELU: try input * (input * 1.702).sigmoid()
    case .silu: try input.silu()
    case .mish: try input.mish()
    case .sigmoid: try input.sigmoid()
    case .hardSigmoid: try input.hardSigmoid()
    case .hardSwish: try input.hardSwish()
    case .tanh: try input.tanh()
    case .leakyReLU: try input.leakyReLU()
    }
  }
}
