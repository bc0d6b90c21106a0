public import CredenceModels
public import CredenceTensor
import Foundation

/// Several last layers on one body, and the mean of their probabilities.
///
/// Their logits stand side by side: a network of *h* heads and *c* classes has *h* · *c* logits, the first *c* of the first head. It is
/// trained by the mean of the heads' losses; heads differ by their first numbers and, if wanted, by the samples that each learns from.
///
/// - Note: Lee et al., arXiv:1511.06314 (TreeNets); Kellner & Ceriotti, Machine Learning: Science and Technology 5, 2024, arXiv:2402.16621.
public struct ShallowEnsemble: UncertaintyMethod {
  public let memberCount: Int
  public let classCount: Int
  public let embeddingWidth: Int
  private let network: CompiledClassifier

  /// - Parameters:
  ///   - network: A network of `heads` times as many logits as classes.
  ///   - heads: The number of last layers.
  ///   - name: The network's name in errors.
  /// - Throws: `MethodError.badSetting` where the logits can't be shared out among the heads.
  public init(_ network: CompiledClassifier, heads: Int, name: String) throws {
    guard heads >= 2, network.classCount % heads == 0, network.classCount / heads >= 2 else {
      throw MethodError.badSetting(
        name: "The number of heads", value: "\(heads)",
        allowed:
          "2 or more, and divide the \(network.classCount) logits of ‘\(name)’ into two or more for each"
      )
    }
    self.network = network
    memberCount = heads
    classCount = network.classCount / heads
    embeddingWidth = network.embeddingWidth
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    let output = try network(images)
    return try MemberPredictions(
      averaging: Self.shared(output.logits, among: memberCount).map { try $0.contiguous() },
      embeddings: embeddingWidth > 0 ? output.embeddings : nil)
  }

  /// The logits of each head.
  ///
  /// - Parameters:
  ///   - logits: `[batch, heads · classes]`.
  ///   - heads: A divisor of the number of columns.
  /// - Returns: One `[batch, classes]` per head.
  /// - Throws: `EngineError`.
  static func shared(_ logits: Tensor, among heads: Int) throws -> [Tensor] {
    let width = logits.shape[1]
    precondition(heads >= 1 && width % heads == 0)
    return try logits.split([Int](repeating: width / heads, count: heads), along: 1)
  }

  /// The logarithm of the mean of the heads' probabilities, by which training judges a network.
  ///
  /// - Parameters:
  ///   - logits: `[batch, heads · classes]`.
  ///   - heads: A divisor of the number of columns.
  /// - Returns: `[batch, classes]`, float32.
  /// - Throws: `EngineError`.
  public static func logProbabilities(_ logits: Tensor, heads: Int) throws -> Tensor {
    let members = try shared(logits.to(.float32), among: heads).map { try $0.logSoftmax() }
    return try Tensor.stacked(members).logSumExp(over: [0]) - log(Double(heads))
  }
}

/// The mean of a loss over the last layers of a shallow ensemble, each by its own logits.
public struct HeadMeanLoss: Loss {
  private let loss: any Loss
  private let heads: Int

  /// - Parameters:
  ///   - loss: Of one head.
  ///   - heads: 1 or more, a divisor of the number of logits.
  public init(_ loss: any Loss, heads: Int) {
    precondition(heads >= 1)
    self.loss = loss
    self.heads = heads
  }

  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    guard heads > 1 else { return try loss(logits, labels) }
    let losses = try ShallowEnsemble.shared(logits, among: heads).map { try loss($0, labels) }
    return try Tensor.stacked(losses).mean()
  }
}
