/// The decision on one prediction, step by step, with every list that it rests on.
public struct ErrorExplanation: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.explain/1"

  /// What one rule says.
  public struct Step: Codable, Hashable, Sendable {
    /// The rule's name.
    public var rule: String
    /// What it asks.
    public var question: String
    public var verdict: Verdict
    /// Why, in words.
    public var reason: String
  }

  /// What a rule says, in a word.
  public enum Verdict: String, Codable, Hashable, Sendable {
    case decided
    case remark
    case undecided
    case no
  }

  /// A training image that looks like the sample.
  public struct Neighbor: Codable, Hashable, Sendable {
    /// Its place in the training set.
    public var index: Int
    /// Its name; `nil` where the list of training images is not there.
    public var file: String?
    public var label: NamedClass
    public var superclasses: [String]
  }

  /// What the gate of the out-of-vocabulary stage sees.
  public struct Neighborhood: Codable, Hashable, Sendable {
    /// The ten nearest training images, nearest first.
    public var neighbors: [Neighbor]
    /// How many superclasses of neighbors, counted with repeats, are superclasses of the prediction.
    public var sharedSuperclasses: Int
    /// How many superclasses the neighbors have, counted with repeats.
    public var allSuperclasses: Int

    /// Whether the image looks like the prediction at all.
    public var isOpen: Bool { sharedSuperclasses > 0 }
  }

  /// A name that the image may be of.
  public struct Proposal: Codable, Hashable, Sendable {
    /// The offset in WordNet, or the number in a hierarchy of the user's own.
    public var concept: Int
    public var name: String
    /// Whether it is a class.
    public var isClass: Bool
    /// From 0 to 1, among all proposals; `nil` in the lists before scoring.
    public var probability: Double?
  }

  /// Proposals that are made for the same reason.
  public struct ProposalSection: Codable, Hashable, Sendable {
    public var title: String
    public var proposals: [Proposal]
  }

  public var dataset: String
  public var model: String
  public var file: String
  /// The row among the annotated samples.
  public var row: Int
  public var target: NamedClass
  public var labels: [NamedClass]
  public var isProblematic: Bool
  public var prediction: NamedClass
  /// The superclasses of the prediction, sorted.
  public var superclasses: [String]
  /// The rules that were asked, up to the one that decides.
  public var steps: [Step]
  /// `nil` where the stage is left out.
  public var neighborhood: Neighborhood?
  /// Proposals by reason; empty where none can be made, as for a target of the prediction's superclass.
  public var sections: [ProposalSection]
  /// The best proposals; empty where they were not compared with the image.
  public var best: [Proposal]
  /// How many proposals were compared.
  public var proposalCount: Int
  /// The short names of the outcome.
  public var keys: [String]
  /// The published texts of the outcome.
  public var texts: [String]
  /// Whether a stage that was left out might have found another kind.
  public var isUndecided: Bool

  /// Explains a prediction.
  ///
  /// - Parameters:
  ///   - row: A row of the samples.
  ///   - prediction: The predicted class.
  ///   - model: What the model is called.
  ///   - classifier: The classifier with what it knows.
  ///   - trainingFiles: The names of training images by their places, for those of the row's neighbors.
  /// - Throws: `ErrorAnalysisError` for a row or class that there is none of, and for features that are missing.
  public init(
    row: Int, prediction: Int32, model: String, classifier: ErrorClassifier,
    trainingFiles: [Int: String] = [:]
  ) throws {
    let knowledge = classifier.knowledge
    let verdicts = try classifier.verdicts(row: row, prediction: prediction)
    let decision = try classifier.decision(row: row, prediction: prediction)
    let (samples, classes) = (knowledge.samples, knowledge.classes)
    let answer = ExaminedAnswer(
      knowledge, row: row, prediction: prediction, similarities: ImageSimilarities(knowledge))
    dataset = samples.dataset
    self.model = model
    file = samples.files[row]
    self.row = row
    target = NamedClass(samples.targets[row], of: classes)
    labels = samples.labels[row].map { NamedClass($0, of: classes) }
    isProblematic = samples.isProblematic[row]
    self.prediction = NamedClass(prediction, of: classes)
    superclasses = knowledge.superclasses.names(of: prediction)
    steps = verdicts.map { rule, verdict in
      Step(
        rule: rule.id, question: rule.question, verdict: Verdict(verdict),
        reason: RuleReason.text(rule, answer))
    }
    keys = decision.outcome.keys
    texts = decision.publishedTexts
    isUndecided = decision.outcome.isUndecided
    neighborhood = nil
    sections = []
    best = []
    proposalCount = 0
    guard let stage = knowledge.outOfVocabulary else { return }
    let neighborhood = Self.neighborhood(
      of: row, stage, knowledge, prediction: prediction, trainingFiles)
    self.neighborhood = neighborhood
    guard !knowledge.superclasses.sharesSuperclass(prediction, samples.targets[row]) else { return }
    let classConcepts = Set(classes.concepts)
    sections = stage.vocabulary.sections(
      prediction: prediction, target: samples.targets[row]
    ).map { section, proposals in
      ProposalSection(
        title: section.title,
        proposals: proposals.map {
          Proposal(
            concept: $0.concept, name: $0.name, isClass: classConcepts.contains($0.concept))
        })
    }
    // Prompts of predictions that no model makes may have no features.
    guard neighborhood.isOpen, verdicts.contains(where: { $0.rule.needs.contains(.textFeatures) })
    else { return }
    let ranking = try stage.ranking(
      row: row, prediction: prediction, target: samples.targets[row], answer.similarities)
    proposalCount = ranking.count
    best = ranking.best.map {
      Proposal(
        concept: $0.concept, name: $0.name, isClass: classConcepts.contains($0.concept),
        probability: Double($0.probability))
    }
  }

  private static func neighborhood(
    of row: Int, _ stage: OutOfVocabularyStage, _ knowledge: ErrorKnowledge, prediction: Int32,
    _ files: [Int: String]
  ) -> Neighborhood {
    let count = NearestTrainingImages.decisiveCount
    let indices = stage.neighbors.indices[row * count..<(row + 1) * count]
    let neighbors = zip(indices, stage.neighbors.targets(of: row)).map { index, label in
      Neighbor(
        index: index, file: files[index], label: NamedClass(label, of: knowledge.classes),
        superclasses: knowledge.superclasses.names(of: label))
    }
    let all = neighbors.flatMap(\.superclasses)
    let own = Set(knowledge.superclasses.names(of: prediction))
    return Neighborhood(
      neighbors: neighbors, sharedSuperclasses: all.count { own.contains($0) },
      allSuperclasses: all.count)
  }
}

extension ErrorExplanation.Verdict {
  fileprivate init(_ verdict: RuleVerdict) {
    switch verdict {
    case .pass: self = .no
    case .remark: self = .remark
    case .undecided: self = .undecided
    case .decided: self = .decided
    }
  }
}

extension ProposalVocabulary.Section {
  /// Why these are proposed.
  public var title: String { Self.titles[Int(rawValue)] }

  private static let titles = [
    "the prediction", "classes of its superclasses", "its siblings", "what it is a kind of",
  ]
}
