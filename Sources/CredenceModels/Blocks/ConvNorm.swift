import CredenceNN
import CredenceTensor

/// A convolution named `conv`, batch normalization named `bn`, and an activation.
struct ConvNorm: Layer {
  private let layers: Sequential

  /// - Parameters:
  ///   - path: Where the two stand.
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Rows and columns of the kernel.
  ///   - stride: Steps in both directions.
  ///   - padding: What surrounds the input.
  ///   - groups: Into how many independent convolutions the channels are divided.
  ///   - epsilon: The number that batch normalization adds to variances.
  ///   - activation: What follows.
  /// - Throws: `EngineError`.
  init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: (Int, Int) = (1, 1),
    stride: Int = 1, padding: Conv2d.Padding = .symmetric, groups: Int = 1,
    epsilon: Double = 1e-5, activation: Activation = .relu
  ) throws {
    let fanOut = Double(kernel.0 * kernel.1 * outputs / groups)
    let convolution = try Conv2d(
      path / "conv", from: inputs, to: outputs, kernel: kernel, stride: stride, padding: padding,
      groups: groups, hasBias: false,
      initialization: .normal(deviation: (2 / fanOut).squareRoot()))
    let norm = try BatchNorm2d(path / "bn", outputs, epsilon: epsilon)
    layers = Sequential(
      activation == .identity ? [convolution, norm] : [convolution, norm, activation])
  }

  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try layers(input, phase)
  }
}
