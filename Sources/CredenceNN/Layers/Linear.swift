public import CredenceTensor

/// *x* *W*ᵀ + *b* over the last dimension.
public struct Linear: Layer {
  /// `[outputs, inputs]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?

  public init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, hasBias: Bool = true,
    initialization: Initialization = .kaimingUniform
  ) throws {
    weight = try path.parameter("weight", [outputs, inputs], initialization)
    bias =
      hasBias
      ? try path.parameter(
        "bias", [outputs], .uniform(bound: 1 / Double(max(1, inputs)).squareRoot())) : nil
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.linear(weight.value, bias?.value)
  }
}
