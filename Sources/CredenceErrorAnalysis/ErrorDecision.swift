/// What one prediction on one image was found to be, and why.
public struct ErrorDecision: Hashable, Sendable {
  /// The predicted class.
  public let prediction: Int32
  public let outcome: ErrorOutcome
  /// The correct labels that made the decision, in the image's order; empty for decisions that rest on none.
  public let matchingLabels: [Int32]
  /// The names of the prediction's superclasses, sorted; empty where they did not matter.
  public let superclassNames: [String]
  /// What the image was found to show; `nil` for all but fine-grained, out of vocabulary.
  public let proposals: ProposalRanking?

  package init(
    prediction: Int32, outcome: ErrorOutcome, matchingLabels: [Int32] = [],
    superclassNames: [String] = [], proposals: ProposalRanking? = nil
  ) {
    self.prediction = prediction
    self.outcome = outcome
    self.matchingLabels = matchingLabels
    self.superclassNames = superclassNames
    self.proposals = proposals
  }

  /// The published list of texts: what it is, and then the details.
  public var publishedTexts: [String] {
    var texts = outcome.publishedTexts
    if !superclassNames.isEmpty { texts.append("[\(superclassNames.joined(separator: ","))]") }
    if !matchingLabels.isEmpty {
      texts.append(matchingLabels.map { "\($0)" }.joined(separator: ","))
    }
    if let proposals { texts.append(proposals.publishedText) }
    return texts
  }
}
