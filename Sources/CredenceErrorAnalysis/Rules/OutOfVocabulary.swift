/// The image looks like the prediction, and best of all like something related for which there is no class.
public struct OutOfVocabulary: ErrorRule {
  public let id = "out-of-vocabulary"
  public let question =
    "Does the image look like something related to the prediction that is no class?"
  public let needs: [KnowledgeInput] = [.wordNet, .neighbors, .imageFeatures, .textFeatures]

  public init() {}

  public func verdict(on answer: ExaminedAnswer) throws -> RuleVerdict {
    guard let stage = answer.knowledge.outOfVocabulary else {
      guard answer.knowledge.purpose == .decisions else {
        throw ErrorAnalysisError.conflict("What is opened for statistics alone decides nothing.")
      }
      return answer.knowledge.leavesOutOfVocabularyOut ? .undecided : .pass
    }
    let isFound = try stage.findsAbsentConcept(
      row: answer.row, prediction: answer.prediction, target: answer.target,
      answer.similarities)
    return isFound ? .decided(.outOfVocabulary) : .pass
  }

  public func grounds(of answer: ExaminedAnswer) throws -> RuleGrounds {
    var grounds = RuleGrounds()
    grounds.proposals = try answer.knowledge.outOfVocabulary?.ranking(
      row: answer.row, prediction: answer.prediction, target: answer.target, answer.similarities)
    return grounds
  }
}
