/// An image without any correct label: the prediction is held against the original label, and examined further.
public struct NoLabels: ErrorRule {
  public let id = "no-labels"
  public let question = "Has the image no correct label?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard answer.labels.isEmpty else { return .pass }
    if answer.prediction == answer.target { return .remark(.emptyCorrect) }
    if answer.knowledge.collapsedMappings.accepts(answer.prediction, for: answer.target) {
      return .remark(.emptyCorrectCollapsedMapping)
    }
    return .remark(.emptyWrong)
  }
}
