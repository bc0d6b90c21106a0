public import CredenceModels
public import CredenceTensor
import Foundation

/// A network whose last layer is a posterior: draws of it are members, and the probabilities heed the variances of logits.
public struct LaplacePredictor: UncertaintyMethod {
  private let network: CompiledClassifier
  private let posterior: LastLayerLaplace
  /// Weights and biases of the draws, float32 on the device.
  private let heads: [(weight: Tensor, bias: Tensor)]

  public var memberCount: Int { heads.count }
  public var classCount: Int { network.classCount }
  public var embeddingWidth: Int { network.embeddingWidth }

  /// - Parameters:
  ///   - network: The network whose last layer it is.
  ///   - posterior: Fitted to that network's training embeddings.
  ///   - device: Where the network runs.
  /// - Throws: `MethodError.unusableData` for a posterior of another layer; `EngineError`.
  public init(
    _ network: CompiledClassifier, _ posterior: LastLayerLaplace, device: Device
  ) throws {
    let found = posterior.mean.shape
    guard found == [network.classCount, network.embeddingWidth + 1] else {
      throw MethodError.unusableData(
        what: "The last layer",
        reason:
          "It has \(found[0]) classes and \(found[1] - 1) features; the network \(network.classCount) and \(network.embeddingWidth)."
      )
    }
    self.network = network
    self.posterior = posterior
    heads = try posterior.draws().map { draw in
      let weights = try draw.to(.float32).to(device)
      return (
        try weights.slice(1, to: -1).contiguous(), try weights.selecting(found[1] - 1, of: 1)
      )
    }
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    try withInference {
      let output = try network(images)
      let logits = try heads.map { try output.embeddings.linear($0.weight, $0.bias) }
      guard posterior.configuration.predictive == .probit else {
        return try MemberPredictions(averaging: logits, embeddings: output.embeddings)
      }
      let variances = try posterior.variances(of: output.embeddings)
      let scale = try (variances * (Double.pi / 8) + 1).reciprocalSquareRoot()
      let probabilities = try (output.logits.to(.cpu).to(.float64) * scale).softmax()
      return MemberPredictions(
        logits: logits, probabilities: try probabilities.to(.float32),
        embeddings: output.embeddings)
    }
  }
}
