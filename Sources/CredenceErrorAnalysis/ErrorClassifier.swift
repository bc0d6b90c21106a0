/// Says what kind of answer a prediction on an image is.
///
/// ```swift
/// let knowledge = try ErrorKnowledge(opening: ErrorAnalysisInputs())
/// let decision = try ErrorClassifier(knowledge).decision(row: 0, prediction: 281)
/// print(decision.publishedTexts)
/// ```
public struct ErrorClassifier: Sendable {
  public let knowledge: ErrorKnowledge

  public init(_ knowledge: ErrorKnowledge) { self.knowledge = knowledge }

  /// The decision on one prediction, with what made it.
  ///
  /// - Parameters:
  ///   - row: A row of the samples.
  ///   - prediction: A class.
  /// - Throws: `ErrorAnalysisError` for a row or class that there is none of, and for features that are missing.
  public func decision(row: Int, prediction: Int32) throws -> ErrorDecision {
    try check(row: row, prediction: prediction)
    let answer = ExaminedAnswer(
      knowledge, row: row, prediction: prediction, similarities: ImageSimilarities(knowledge))
    let (outcome, rule) = try examine(answer)
    let grounds = try rule.grounds(of: answer)
    return ErrorDecision(
      prediction: prediction, outcome: outcome, matchingLabels: grounds.matchingLabels,
      superclassNames: grounds.superclassNames, proposals: grounds.proposals)
  }

  /// What each rule that was asked says of one prediction, up to the one that decides.
  ///
  /// - Throws: `ErrorAnalysisError` for a row or class that there is none of, and for features that are missing.
  public func verdicts(
    row: Int, prediction: Int32
  ) throws -> [(rule: any ErrorRule, verdict: RuleVerdict)] {
    try check(row: row, prediction: prediction)
    let answer = ExaminedAnswer(
      knowledge, row: row, prediction: prediction, similarities: ImageSimilarities(knowledge))
    var verdicts: [(rule: any ErrorRule, verdict: RuleVerdict)] = []
    for rule in RuleCatalog.all {
      let verdict = try rule.verdict(on: answer)
      verdicts.append((rule, verdict))
      if case .decided = verdict { break }
    }
    return verdicts
  }

  /// The outcome alone, for one of many predictions.
  ///
  /// - Parameter similarities: What is known of the row's image; it may be used for all predictions of one thread.
  package func outcome(
    row: Int, prediction: Int32, similarities: ImageSimilarities
  ) throws -> ErrorOutcome {
    try examine(
      ExaminedAnswer(knowledge, row: row, prediction: prediction, similarities: similarities)
    ).outcome
  }

  private func examine(
    _ answer: ExaminedAnswer
  ) throws -> (outcome: ErrorOutcome, rule: any ErrorRule) {
    var remark = LabelRemark.none
    var isUndecided = false
    for rule in RuleCatalog.all {
      switch try rule.verdict(on: answer) {
      case .pass: continue
      case .remark(let found): remark = found
      case .undecided: isUndecided = true
      case .decided(let type):
        return (ErrorOutcome(type, remark: remark, isUndecided: isUndecided), rule)
      }
    }
    preconditionFailure("The last rule decides.")
  }

  private func check(row: Int, prediction: Int32) throws(ErrorAnalysisError) {
    guard knowledge.samples.files.indices.contains(row) else {
      throw .badEntry(
        file: knowledge.samples.dataset, entry: "row \(row)",
        problem: "there are the rows 0 to \(knowledge.samples.count - 1)")
    }
    guard prediction >= 0, prediction < knowledge.classes.count else {
      throw .badEntry(
        file: knowledge.samples.dataset, entry: "row \(row)",
        problem: "class \(prediction) is none of the \(knowledge.classes.count) classes")
    }
  }
}
