import CredenceNN
import CredenceTensor

/// A convolution whose weights are brought to mean 0 and variance 1 for each output before they are used; padding is symmetric.
///
/// - Note: Qiao et al., arXiv:1903.10520.
struct StandardizedConv2d: Layer {
  /// `[outputs, inputs, kernel, kernel]`.
  private let weight: Parameter
  private let stride: Int
  /// Added to the variance.
  private let epsilon: Double

  init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1,
    epsilon: Double
  ) throws {
    weight = try path.parameter(
      "weight", [outputs, inputs, kernel, kernel], .kaimingNormalFanOut)
    self.stride = stride
    self.epsilon = epsilon
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    let standardized = try weight.value.reshaped([1, weight.shape[0], -1]).batchNorm(
      mean: nil, variance: nil, weight: nil, bias: nil, isTraining: true, momentum: 0,
      epsilon: epsilon)
    let padding = (stride - 1 + weight.shape[2] - 1) / 2
    return try input.convolution(
      standardized.reshaped(weight.shape), nil, stride: [stride, stride],
      padding: [padding, padding])
  }
}
