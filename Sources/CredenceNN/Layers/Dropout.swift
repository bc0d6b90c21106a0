public import CredenceTensor

/// Sets entries to zero at random while training, and scales the others up to keep the mean.
///
/// While sampling, all samples of a batch lose the same entries: a draw is one function of the input, whatever the batch.
///
/// - Note: Srivastava et al., JMLR 15, 2014.
public struct Dropout: Layer {
  /// The probability that an entry is dropped, 0..<1.
  public let rate: Double

  public init(_ rate: Double) {
    precondition((0..<1).contains(rate))
    self.rate = rate
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    guard rate > 0, let generator = phase.dropoutGenerator else { return input }
    let shape = phase.isTraining ? input.shape : [1] + input.shape.dropFirst()
    let kept = try Tensor.bernoulli(
      shape, probability: 1 - rate, elementType: input.elementType, using: generator)
    return try input * (kept * (1 / (1 - rate)))
  }
}

/// Drops a whole residual branch for some samples while training.
///
/// - Note: Huang et al., ECCV 2016, arXiv:1603.09382.
public struct DropPath: Layer {
  /// The probability that a sample's branch is dropped, 0..<1.
  public let rate: Double

  public init(_ rate: Double) {
    precondition((0..<1).contains(rate))
    self.rate = rate
  }

  public func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    guard rate > 0, phase.isTraining, let generator = phase.dropoutGenerator else {
      return input
    }
    let shape = [input.shape[0]] + [Int](repeating: 1, count: input.rank - 1)
    let kept = try Tensor.bernoulli(
      shape, probability: 1 - rate, elementType: input.elementType, using: generator)
    return try input * (kept * (1 / (1 - rate)))
  }
}
