/// Nothing explains the mistake.
public struct ModelFailure: ErrorRule {
  public let id = "model-failure"
  public let question = "Is nothing else left?"

  public init() {}

  public func verdict(on answer: ExaminedAnswer) -> RuleVerdict { .decided(.notClassified) }
}
