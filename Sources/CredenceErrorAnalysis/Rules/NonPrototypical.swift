/// Experts found the image untypical of its class.
public struct NonPrototypical: ErrorRule {
  public let id = "non-prototypical"
  public let question = "Do experts call the image untypical of its class?"
  public let needs: [KnowledgeInput] = [.mistakes]

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    answer.knowledge.samples.isNonPrototypical[answer.row] ? .decided(.nonPrototypical) : .pass
  }
}
