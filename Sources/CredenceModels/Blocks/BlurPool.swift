import CredenceNN
import CredenceTensor

/// Every second pixel after smoothing by the binomial weights 1, 2, 1 in both directions; borders are reflected.
///
/// - Note: Zhang, ICML 2019, arXiv:1904.11486.
struct BlurPool: Layer {
  func callAsFunction(_ input: Tensor, _ phase: Phase) throws -> Tensor {
    // Means of two neighbors, taken twice, weigh three as 1, 2, 1.
    try input.reflectionPadded([1, 1, 1, 1]).averagePool(2, stride: 1).averagePool(2, stride: 2)
  }
}
