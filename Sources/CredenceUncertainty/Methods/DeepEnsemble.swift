public import CredenceTensor

/// Networks that were trained independently, and the mean of their probabilities.
///
/// - Note: Lakshminarayanan, Pritzel & Blundell, NeurIPS 2017, arXiv:1612.01474.
public struct DeepEnsemble: UncertaintyMethod {
  public let classCount: Int
  private let members: [(Tensor) throws -> Tensor]

  public var memberCount: Int { members.count }
  public var embeddingWidth: Int { 0 }

  /// - Parameters:
  ///   - members: Each gives logits `[batch, classes]` of the same images.
  ///   - classCount: The number of classes.
  /// - Throws: `MethodError.tooFewModels` for fewer than two.
  public init(_ members: [(Tensor) throws -> Tensor], classCount: Int) throws {
    guard members.count >= 2 else {
      throw MethodError.tooFewModels(method: "ensemble", found: members.count, needed: 2)
    }
    self.members = members
    self.classCount = classCount
  }

  public func callAsFunction(_ images: Tensor) throws -> MemberPredictions {
    try MemberPredictions(averaging: members.map { try $0(images) })
  }
}
