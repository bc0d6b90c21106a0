/// The prediction's class overlaps with the original label's.
///
/// It is asked before the correct labels are, so a prediction that is both counts as overlapping.
public struct OverlappingClasses: ErrorRule {
  public let id = "overlapping-classes"
  public let question = "Does the predicted class overlap with the original label's?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    guard !answer.labels.isEmpty,
      answer.knowledge.collapsedMappings.accepts(answer.prediction, for: answer.target)
    else { return .pass }
    return .decided(.correctCollapsedMapping)
  }
}
