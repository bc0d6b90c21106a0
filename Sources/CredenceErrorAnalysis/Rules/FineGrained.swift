/// The prediction shares a superclass with a correct label.
public struct FineGrained: ErrorRule {
  public let id = "fine-grained"
  public let question = "Does the prediction share a superclass with a correct label?"
  public let needs: [KnowledgeInput] = [.superclasses]

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    let superclasses = answer.knowledge.superclasses
    return answer.labels.contains { superclasses.sharesSuperclass($0, answer.prediction) }
      ? .decided(.sameSuperclass) : .pass
  }

  public func grounds(of answer: ExaminedAnswer) -> RuleGrounds {
    let superclasses = answer.knowledge.superclasses
    var grounds = RuleGrounds()
    grounds.superclassNames = superclasses.names(of: answer.prediction)
    grounds.matchingLabels = answer.labels.filter {
      superclasses.sharesSuperclass($0, answer.prediction)
    }
    return grounds
  }
}
