public import CredenceModels
public import CredenceTensor

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
      averaging: output.logits.split(
        [Int](repeating: classCount, count: memberCount), along: 1
      ).map { try $0.contiguous() },
      embeddings: embeddingWidth > 0 ? output.embeddings : nil)
  }
}
