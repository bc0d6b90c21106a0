/// The prediction is the original label; where that is not correct, the prediction is examined further.
public struct OriginalLabel: ErrorRule {
  public let id = "original-label"
  public let question = "Is the prediction the original label?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard !answer.labels.isEmpty, answer.prediction == answer.target else { return .pass }
    return answer.labels.contains(answer.target)
      ? .decided(.correct) : .remark(.correctButWrongLabel)
  }
}
