/// Everything that decisions rest on: classes, what people see on the images, and how things relate.
public final class ErrorKnowledge: Sendable {
  public let classes: ClassList
  /// What classes are kinds of; `nil` where the user's own classes come without.
  public let hierarchy: LabelHierarchy?
  /// Which class is an organism, an artifact, or neither.
  public let groups: ClassGroups
  public let superclasses: Superclasses
  /// Classes that often occur together; `nil` where that is not known.
  public let pairs: CoOccurrencePairs?
  public let collapsedMappings: CollapsedMappings
  /// The evaluated images.
  public let samples: AnnotatedSamples
  /// All samples, annotated or not, in the order of the predictions.
  public let sampleList: SampleList
  /// How many names ImageNet-M's list has; `nil` where it is not known.
  public let imageNetMCount: Int?
  /// What this was opened for.
  public let purpose: Purpose
  /// What tells fine-grained mistakes out of vocabulary; `nil` where it is left out or was not opened.
  public let outOfVocabulary: OutOfVocabularyStage?
  /// What is not known, and what follows from it.
  public let absent: [AbsentKnowledge]
  /// The hashes of everything that was read.
  public let manifest: AnalysisManifest

  /// Whether mistakes that reach the out-of-vocabulary stage stay undecided.
  public var leavesOutOfVocabularyOut: Bool {
    outOfVocabulary == nil && absent.contains { $0.mark == AbsentKnowledge.outOfVocabularyMark }
  }

  /// What every output must say, such as `oov=skipped`; empty where nothing is left out.
  public var marks: [String] { absent.map(\.mark) }

  package init(
    classes: ClassList, hierarchy: LabelHierarchy?, groups: ClassGroups,
    superclasses: Superclasses, pairs: CoOccurrencePairs?, collapsedMappings: CollapsedMappings,
    samples: AnnotatedSamples, sampleList: SampleList, imageNetMCount: Int? = nil,
    purpose: Purpose = .decisions,
    outOfVocabulary: OutOfVocabularyStage?, absent: [AbsentKnowledge],
    manifest: AnalysisManifest
  ) {
    self.classes = classes
    self.hierarchy = hierarchy
    self.groups = groups
    self.superclasses = superclasses
    self.pairs = pairs
    self.collapsedMappings = collapsedMappings
    self.samples = samples
    self.sampleList = sampleList
    self.imageNetMCount = imageNetMCount
    self.purpose = purpose
    self.outOfVocabulary = outOfVocabulary
    self.absent = absent
    self.manifest = manifest
  }
}

/// Something that is not known, and what follows from it.
public struct AbsentKnowledge: Hashable, Sendable {
  public let input: KnowledgeInput
  /// What outputs say, such as `oov=skipped`.
  public let mark: String
  /// What it means for the numbers: a sentence.
  public let effect: String

  public init(input: KnowledgeInput, mark: String, effect: String) {
    self.input = input
    self.mark = mark
    self.effect = effect
  }

  /// The mark of outputs without the out-of-vocabulary stage.
  public static let outOfVocabularyMark = "oov=skipped"
}
