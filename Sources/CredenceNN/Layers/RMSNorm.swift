public import CredenceTensor

/// Division by the root of the mean square over the last dimension.
///
/// - Note: Zhang & Sennrich, NeurIPS 2019, arXiv:1910.07467.
public struct RMSNorm: Layer {
  public let weight: Parameter
  public let epsilon: Double

  public init(_ path: ParameterPath, _ width: Int, epsilon: Double = 1e-6) throws {
    weight = try path.parameter("weight", [width], .ones)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let meanSquare = try (input * input).mean(over: [-1], keepsDimensions: true)
    return try input * (meanSquare + epsilon).reciprocalSquareRoot() * weight.value
  }
}
