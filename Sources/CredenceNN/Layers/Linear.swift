public import CredenceTensor

/// *x* *W*ᵀ + *b* over the last dimension.
public struct Linear: Layer {
  /// `[outputs, inputs]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  /// What bounds the weight's norm; `nil` where nothing does.
  public let normalization: SpectralNormalization?

  /// - Parameters:
  ///   - path: Where `weight` and `bias` stand.
  ///   - inputs: The width of the input.
  ///   - outputs: The width of the output.
  ///   - hasBias: Whether a number is added per output.
  ///   - initialization: The weights' first numbers.
  ///   - biasInitialization: The biases' first numbers; `nil` for uniform over ±1/√inputs.
  ///   - spectralNorm: Whether the weight's norm is bounded; then it is named `weight_orig`.
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, hasBias: Bool = true,
    initialization: Initialization = .kaimingUniform, biasInitialization: Initialization? = nil,
    spectralNorm: SpectralNorm = .off
  ) throws {
    (weight, normalization) = try path.weight(
      [outputs, inputs], initialization, spectralNorm, map: .matrix)
    let bound = 1 / Double(max(1, inputs)).squareRoot()
    bias =
      hasBias
      ? try path.parameter("bias", [outputs], biasInitialization ?? .uniform(bound: bound)) : nil
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.linear(normalization?.weight(phase) ?? weight.value, bias?.value)
  }
}
