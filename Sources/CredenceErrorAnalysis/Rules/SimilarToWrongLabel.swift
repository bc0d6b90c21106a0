/// The original label is not correct, and the prediction is it or shares a superclass with it.
///
/// The image probably shows something like both for which there is no class.
public struct SimilarToWrongLabel: ErrorRule {
  public let id = "similar-to-wrong-label"
  public let question =
    "Is the original label wrong, and does the prediction share a superclass with it?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard !answer.labels.contains(answer.target),
      answer.knowledge.superclasses.sharesSuperclass(answer.target, answer.prediction)
    else { return .pass }
    return .decided(.similarToTarget)
  }

  public func grounds(of answer: ExaminedAnswer) -> RuleGrounds {
    var grounds = RuleGrounds()
    grounds.superclassNames = answer.knowledge.superclasses.names(of: answer.prediction)
    return grounds
  }
}
