public import CredenceTensor

extension LossDescriptor {
  public static let logitNorm = Self(
    "logit_norm", title: "Cross-entropy of logits of constant norm", source: "arXiv:2205.09310"
  ) { LogitNorm(temperature: $0.normTemperature) }
}

/// Cross-entropy of logits divided by their Euclidean norm and by a temperature.
///
/// Only the direction of the logits is learned; networks so trained tell outliers better by their softmax.
///
/// - Note: Wei et al., ICML 2022, arXiv:2205.09310; the norm is taken to be 10⁻⁷ longer, as there.
public struct LogitNorm: Loss {
  /// Above 0; 0.04 for CIFAR-10 in the paper.
  public let temperature: Double

  public init(temperature: Double = 0.04) { self.temperature = temperature }

  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    let norms = try logits.norm(over: [-1], keepsDimensions: true) + 1e-7
    return try (logits / norms / temperature).crossEntropy(labels)
  }
}
