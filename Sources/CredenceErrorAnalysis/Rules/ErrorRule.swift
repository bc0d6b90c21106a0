/// One step of the decision what kind of answer a prediction is.
///
/// Rules are asked in the order of `RuleCatalog.all`; the first that decides ends the matter.
public protocol ErrorRule: Sendable {
  /// The name in explanations and outputs.
  var id: String { get }
  /// What the rule looks at: a question with the answer yes where it decides.
  var question: String { get }
  /// What the rule cannot work without; where it is absent, the rule is left out and named.
  var needs: [KnowledgeInput] { get }

  /// What the rule says of a prediction that the earlier ones did not decide.
  ///
  /// - Throws: `ErrorAnalysisError` for features that are missing.
  func verdict(on answer: ExaminedAnswer) throws -> RuleVerdict

  /// What made the rule decide.
  ///
  /// - Throws: `ErrorAnalysisError` for features that are missing.
  func grounds(of answer: ExaminedAnswer) throws -> RuleGrounds
}

extension ErrorRule {
  public var needs: [KnowledgeInput] { [] }
  public func grounds(of answer: ExaminedAnswer) throws -> RuleGrounds { RuleGrounds() }
}

/// What a rule says.
public enum RuleVerdict: Hashable, Sendable {
  /// It is not this; ask the next rule.
  case pass
  /// Something is to be said of the labels; ask the next rule.
  case remark(LabelRemark)
  /// It may be this, but what would tell is left out; ask the next rule.
  case undecided
  /// It is this.
  case decided(ErrorType)
}

/// What made a rule decide.
public struct RuleGrounds: Hashable, Sendable {
  /// The correct labels that match, in the image's order.
  public var matchingLabels: [Int32] = []
  /// The names of the prediction's superclasses, sorted.
  public var superclassNames: [String] = []
  /// What the image was found to show.
  public var proposals: ProposalRanking?

  public init() {}
}

/// A prediction on one image under examination.
public struct ExaminedAnswer {
  public let knowledge: ErrorKnowledge
  /// The row of the samples.
  public let row: Int
  public let prediction: Int32
  /// The original label.
  public let target: Int32
  /// The correct labels.
  public let labels: ArraySlice<Int32>
  /// Similarities of the row's image that are known already.
  package let similarities: ImageSimilarities

  package init(
    _ knowledge: ErrorKnowledge, row: Int, prediction: Int32, similarities: ImageSimilarities
  ) {
    self.knowledge = knowledge
    self.row = row
    self.prediction = prediction
    self.similarities = similarities
    target = knowledge.samples.targets[row]
    labels = knowledge.samples.labels[row]
  }
}
