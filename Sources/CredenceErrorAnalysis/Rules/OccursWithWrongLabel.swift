/// The original label is not correct, and the prediction often occurs with it.
public struct OccursWithWrongLabel: ErrorRule {
  public let id = "occurs-with-wrong-label"
  public let question = "Is the original label wrong, and does the prediction often occur with it?"
  public let needs: [KnowledgeInput] = [.pairs]

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard !answer.labels.contains(answer.target), let pairs = answer.knowledge.pairs,
      pairs.contains(answer.target, answer.prediction)
    else { return .pass }
    return .decided(.commonCoOccurrencesWithTarget)
  }
}
