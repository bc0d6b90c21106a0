/// The prediction often occurs together with a correct label.
public struct SpuriousCorrelation: ErrorRule {
  public let id = "spurious-correlation"
  public let question = "Does the prediction often occur together with a correct label?"
  public let needs: [KnowledgeInput] = [.pairs]

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard let pairs = answer.knowledge.pairs else { return .pass }
    return answer.labels.contains { pairs.contains($0, answer.prediction) }
      ? .decided(.commonCoOccurrences) : .pass
  }

  public func grounds(of answer: ExaminedAnswer) -> RuleGrounds {
    var grounds = RuleGrounds()
    grounds.matchingLabels = answer.labels.filter {
      answer.knowledge.pairs?.contains($0, answer.prediction) ?? false
    }
    return grounds
  }
}
