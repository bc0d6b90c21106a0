/// The prediction is another correct label of the image.
public struct OtherLabel: ErrorRule {
  public let id = "other-label"
  public let question = "Is the prediction another correct label of the image?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict {
    answer.prediction != answer.target && answer.labels.contains(answer.prediction)
      ? .decided(.correctMultiLabel) : .pass
  }
}
