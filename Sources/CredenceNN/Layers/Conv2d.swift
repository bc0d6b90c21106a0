public import CredenceTensor

/// A convolution over `[batch, channels, height, width]`.
public struct Conv2d: Layer {
  /// What surrounds the input.
  public enum Padding: Hashable, Sendable {
    /// Zeros on all sides: rows above and below, columns left and right.
    case zeros(Int, Int)
    /// As many as keep the size at stride 1: dilation · (kernel − 1) / 2 + (stride − 1) / 2, on all sides.
    case symmetric
    /// TensorFlow's “SAME”: ⌈size / stride⌉ outputs, the odd row below and the odd column right.
    case same

    public static func zeros(_ amount: Int) -> Self { .zeros(amount, amount) }
  }

  /// `[outputs, inputs / groups, kernel, kernel]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter?
  public let stride: [Int]
  public let padding: Padding
  public let dilation: Int
  public let groups: Int
  /// What bounds the weight's norm; `nil` where nothing does.
  public let normalization: SpectralNormalization?

  /// - Parameters:
  ///   - path: Where `weight` and `bias` stand.
  ///   - inputs: Channels of the input.
  ///   - outputs: Channels of the output.
  ///   - kernel: Rows and columns of the kernel.
  ///   - stride: Steps in both directions.
  ///   - padding: What surrounds the input.
  ///   - dilation: Distance of the kernel's entries.
  ///   - groups: Into how many independent convolutions the channels are divided.
  ///   - hasBias: Whether a number is added per channel.
  ///   - initialization: The weights' first numbers.
  ///   - spectralNorm: Whether the weight's norm is bounded; then it is named `weight_orig`, and padding must be zeros.
  ///   - inputSize: Rows and columns of the input, on which that norm depends; needed where it is bounded.
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: (Int, Int),
    stride: Int = 1, padding: Padding = .zeros(0), dilation: Int = 1, groups: Int = 1,
    hasBias: Bool = true, initialization: Initialization = .kaimingNormalFanOut,
    spectralNorm: SpectralNorm = .off, inputSize: [Int] = []
  ) throws {
    let map: LinearMap
    if spectralNorm == .off || (kernel == (1, 1) && groups == 1) {
      map = .matrix
    } else {
      guard case .zeros(let rows, let columns) = padding, inputSize.count == 2 else {
        preconditionFailure("a bounded convolution needs zeros around it and the input's size")
      }
      map = .convolution(
        .init(
          channels: inputs, inputSize: inputSize, kernel: [kernel.0, kernel.1],
          stride: [stride, stride], padding: [rows, columns], dilation: dilation, groups: groups))
    }
    (weight, normalization) = try path.weight(
      [outputs, inputs / groups, kernel.0, kernel.1], initialization, spectralNorm, map: map)
    bias = hasBias ? try path.parameter("bias", [outputs], .zeros) : nil
    self.stride = [stride, stride]
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// A convolution with a square kernel.
  ///
  /// - Throws: `EngineError`.
  public init(
    _ path: ParameterPath, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1,
    padding: Padding = .zeros(0), dilation: Int = 1, groups: Int = 1, hasBias: Bool = true,
    initialization: Initialization = .kaimingNormalFanOut, spectralNorm: SpectralNorm = .off,
    inputSize: [Int] = []
  ) throws {
    try self.init(
      path, from: inputs, to: outputs, kernel: (kernel, kernel), stride: stride,
      padding: padding, dilation: dilation, groups: groups, hasBias: hasBias,
      initialization: initialization, spectralNorm: spectralNorm, inputSize: inputSize)
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    var padded = input
    var amounts = [0, 0]
    let kernel = weight.shape.suffix(2).map { $0 }
    switch padding {
    case .zeros(let rows, let columns): amounts = [rows, columns]
    case .symmetric:
      amounts = zip(kernel, stride).map { ($1 - 1 + dilation * ($0 - 1)) / 2 }
    case .same:
      let size = input.shape.suffix(2).map { $0 }
      let totals = (0..<2).map { axis in
        let outputs = (size[axis] + stride[axis] - 1) / stride[axis]
        return max(
          0, (outputs - 1) * stride[axis] + (kernel[axis] - 1) * dilation + 1 - size[axis])
      }
      if totals.allSatisfy({ $0 % 2 == 0 }) {
        amounts = totals.map { $0 / 2 }
      } else {
        padded = try input.padded([
          totals[1] / 2, totals[1] - totals[1] / 2, totals[0] / 2, totals[0] - totals[0] / 2,
        ])
      }
    }
    try normalization?.check(input)
    return try padded.convolution(
      normalization?.weight(phase) ?? weight.value, bias?.value, stride: stride, padding: amounts,
      dilation: [dilation, dilation], groups: groups)
  }
}
