public import CredenceTensor

/// The greatest entry of each window.
public struct MaxPool2d: Layer {
  public let kernel: Int
  public let stride: Int
  public let padding: Int
  /// Whether a last, incomplete window counts.
  public let roundsUp: Bool

  public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0, roundsUp: Bool = false) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.roundsUp = roundsUp
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.maxPool(kernel, stride: stride, padding: padding, roundsUp: roundsUp)
  }
}

/// The mean of each window.
public struct AveragePool2d: Layer {
  public let kernel: Int
  public let stride: Int
  public let padding: Int
  public let roundsUp: Bool
  /// Whether zeros around the image count in the mean.
  public let countsPadding: Bool

  public init(
    _ kernel: Int, stride: Int? = nil, padding: Int = 0, roundsUp: Bool = false,
    countsPadding: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.roundsUp = roundsUp
    self.countsPadding = countsPadding
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.averagePool(
      kernel, stride: stride, padding: padding, roundsUp: roundsUp, countsPadding: countsPadding)
  }
}

/// The mean over all positions: `[batch, channels, height, width]` to `[batch, channels]`.
public struct GlobalAveragePool: Layer {
  public init() {}

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    try input.mean(over: [2, 3])
  }
}
