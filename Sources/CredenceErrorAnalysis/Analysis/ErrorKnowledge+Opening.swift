import CredenceFiles
import Foundation

extension ErrorKnowledge {
  /// What knowledge is opened for.
  public enum Purpose: Hashable, Sendable {
    /// To decide what mistakes are: everything.
    case decisions
    /// To count and list decisions that have been made: all but features and neighbors.
    case statistics
  }

  /// Reads everything that an analysis needs.
  ///
  /// - Parameters:
  ///   - inputs: Where it is.
  ///   - purpose: What it is for.
  /// - Throws: `ErrorAnalysisError.missing` with what to do about it; `FileError` and other `ErrorAnalysisError` for damaged files.
  public convenience init(
    opening inputs: ErrorAnalysisInputs, for purpose: Purpose = .decisions
  ) throws {
    var opening = KnowledgeOpening(inputs)
    try opening.places.checkFolder()
    try opening.openClasses()
    try opening.openSuperclasses()
    try opening.openSamples()
    try opening.openPairs()
    let stage = try opening.openOutOfVocabulary(for: purpose)
    self.init(
      classes: try opening.classes(), hierarchy: opening.hierarchy, groups: try opening.groups(),
      superclasses: try opening.superclasses(), pairs: opening.pairs,
      collapsedMappings: opening.collapsedMappings, samples: try opening.samples(),
      sampleList: try opening.sampleList(), imageNetMCount: opening.imageNetM?.count,
      purpose: purpose, outOfVocabulary: stage,
      absent: opening.absent, manifest: opening.manifest)
  }
}

/// One opening under way: each part is read once, checked against those before, and entered into the manifest.
package struct KnowledgeOpening {
  package let places: KnowledgePlaces
  package private(set) var manifest: AnalysisManifest
  package private(set) var absent: [AbsentKnowledge] = []
  package private(set) var hierarchy: LabelHierarchy?
  package private(set) var pairs: CoOccurrencePairs?
  package private(set) var collapsedMappings = CollapsedMappings.none
  package private(set) var imageNetM: Set<String>?
  package private(set) var multiLabels: MultiLabels?
  private var classList: ClassList?
  private var ancestorNames: [Set<String>]?
  private var sets: Superclasses?
  private var list: SampleList?
  private var rows: AnnotatedSamples?

  private var inputs: ErrorAnalysisInputs { places.inputs }

  package init(_ inputs: ErrorAnalysisInputs) {
    places = KnowledgePlaces(inputs)
    manifest = AnalysisManifest(dataset: inputs.dataset)
  }

  // MARK: Classes

  /// Opens the class list, the hierarchy and the overlapping classes.
  package mutating func openClasses() throws {
    var classes: ClassList
    if inputs.hasImageNetClasses, inputs.classes == .usual {
      classes = try ClassList.imageNet()
      enter(.classes, classes.source, AnalysisManifest.sha256(Data(ImageNetClasses.text.utf8)))
    } else {
      let url = try places.require(.classes)
      classes = try ClassList(contentsOf: url)
      try enter(.classes, url)
    }
    try openHierarchy(&classes)
    classList = classes
    if let url = try places.find(inputs.collapsedMappings, places.collapsedMappings) {
      collapsedMappings = try CollapsedMappings(contentsOf: url, classes: classes)
      try enter("overlapping-classes", url)
    } else if inputs.hasImageNetClasses, inputs.collapsedMappings != .none {
      collapsedMappings = .imageNet
    }
  }

  private mutating func openHierarchy(_ classes: inout ClassList) throws {
    if let url = try places.find(inputs.hierarchy, places.hierarchy) {
      try enter("hierarchy", url)
      switch try OwnHierarchy(contentsOf: url) {
      case .parents(let parents):
        hierarchy = try LabelHierarchy(
          parents: parents, classes: classes, source: url.relativePath)
        classes = classes.with(concepts: Array(0..<classes.count))
      case .wordNet(let ids):
        let missing = classes.ids.first { ids[$0] == nil }
        if let missing {
          throw ErrorAnalysisError.badEntry(
            file: url.relativePath, entry: "class ‘\(missing)’",
            problem: "the hierarchy does not mention it")
        }
        classes = classes.with(concepts: classes.ids.map { ids[$0] })
      }
    }
    if hierarchy == nil, classes.concepts.allSatisfy({ $0 != nil }) {
      let path = try places.require(.wordNet)
      guard let file = WordNet.file("data.noun", at: path) else {
        throw ErrorAnalysisError.missing(.wordNet, looked: [path.relativePath])
      }
      hierarchy = try WordNet.nouns(contentsOf: file)
      try enter(.wordNet, file)
    }
    guard let hierarchy else {
      leaveOut(
        .wordNet, "hierarchy=absent",
        "Groups of classes and kinds of things are not known for these classes.")
      return
    }
    ancestorNames = try classes.concepts.map { concept in
      try concept.map { try hierarchy.ancestorNames(of: $0) } ?? []
    }
  }

  package func classes() throws(ErrorAnalysisError) -> ClassList { try opened(classList, .classes) }

  package func groups() throws -> ClassGroups {
    ClassGroups(classCount: try classes().count, ancestorNames: ancestorNames)
  }

  // MARK: Superclasses

  /// Opens the superclasses.
  package mutating func openSuperclasses() throws {
    let classes = try classes()
    let url = try places.find(.superclasses)
    guard let hierarchy, let ancestorNames else {
      if let url {
        throw ErrorAnalysisError.conflict(
          "‘\(url.relativePath)’ defines superclasses by names in a hierarchy, and there is none.")
      }
      leaveOut(
        .superclasses, "superclasses=absent",
        "Fine-grained mistakes are not told apart: each class is a superclass of its own.")
      sets = try Superclasses.singletons(classes)
      return
    }
    if let url {
      let definitions = try SuperclassDefinitions(contentsOf: url)
      sets = try Superclasses(definitions, classes: classes, ancestorNames: ancestorNames)
      enter(.superclasses, definitions.source, definitions.sha256)
    } else if manifest.entries.contains(where: { $0.input == KnowledgeInput.wordNet.id }) {
      let definitions = try SuperclassDefinitions.proposed()
      sets = try Superclasses(definitions, classes: classes, ancestorNames: ancestorNames)
      enter(.superclasses, definitions.source, definitions.sha256)
    } else {
      sets = try Superclasses(directParentsIn: hierarchy, classes: classes)
    }
  }

  package func superclasses() throws(ErrorAnalysisError) -> Superclasses {
    try opened(sets, .superclasses)
  }

  // MARK: Samples

  /// Opens the samples and their annotations.
  ///
  /// - Parameter withMistakes: Whether experts' lists are read as well.
  /// - Throws: `ErrorAnalysisError`, `ArtifactError`, `FileError`.
  package mutating func openSamples(withMistakes: Bool = true) throws {
    let classes = try classes()
    let url = try places.require(.samples)
    let list = try SampleList(contentsOf: url, classCount: classes.count)
    self.list = list
    try enter(.samples, url)
    if inputs.dataset == "imagenet" {
      multiLabels = try openMultiLabels(places.require(.multiLabels), classes)
    } else if inputs.hasImageNetClasses {
      // Each image has its one label; the annotations of ImageNet are needed to count pairs.
      if try places.find(.pairs) == nil, let url = try places.find(.multiLabels) {
        multiLabels = try openMultiLabels(url, classes)
      }
    } else if let url = try places.find(.multiLabels) {
      multiLabels = try openMultiLabels(url, classes)
    } else {
      leaveOut(
        .multiLabels, "multi-labels=absent",
        "The original label is the only correct one of each image.")
    }
    try openImageNetM()
    rows = try AnnotatedSamples(
      dataset: inputs.dataset, list: list,
      multiLabels: inputs.dataset == "imagenet-a" ? nil : multiLabels,
      nonPrototypical: withMistakes ? try openMistakes() : [], imageNetM: imageNetM)
  }

  private mutating func openMultiLabels(_ url: URL, _ classes: ClassList) throws -> MultiLabels {
    let labels = try MultiLabels(contentsOf: url, classes: classes)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      enter(.multiLabels, url.relativePath, labels.contentHash)
    } else {
      try enter(.multiLabels, url)
    }
    return labels
  }

  private mutating func openImageNetM() throws {
    guard inputs.dataset == "imagenet", inputs.imageNetM != .none else { return }
    if let url = try places.find(.imageNetM) {
      imageNetM = try ImageNetM.names(contentsOf: url)
      try enter(.imageNetM, url)
    } else {
      imageNetM = multiLabels?.imageNetM.map { Set($0.map { String(SampleList.lastPart($0)) }) }
    }
  }

  private mutating func openMistakes() throws -> Set<String> {
    // The lists are of ImageNet's validation images.
    if inputs.dataset == "imagenet-a" { return [] }
    guard inputs.mistakes != .none else {
      leaveOut(
        .mistakes, "non-prototypical=skipped",
        "Mistakes on untypical images count as model failures.")
      return []
    }
    if inputs.dataset != "imagenet", inputs.mistakes == .usual {
      leaveOut(
        .mistakes, "non-prototypical=absent",
        "Mistakes on untypical images count as model failures.")
      return []
    }
    let folder = try places.require(.mistakes)
    let lists = try ExpertMistakes.published(
      inFolder: folder, classCount: try classes().count)
    for (_, name) in ExpertMistakes.publishedFiles {
      try enter(.mistakes, folder.appendingPathComponent(name))
    }
    manifest.options["non-prototypical"] = "used"
    return lists.reduce(into: []) { $0.formUnion($1.nonPrototypical) }
  }

  package func samples() throws(ErrorAnalysisError) -> AnnotatedSamples {
    try opened(rows, .samples)
  }

  package func sampleList() throws(ErrorAnalysisError) -> SampleList { try opened(list, .samples) }

  // MARK: Pairs

  /// Opens the co-occurrence pairs.
  package mutating func openPairs() throws {
    let classes = try classes()
    if inputs.pairs == .none, inputs.real == .none {
      leaveOut(
        .pairs, "co-occurrences=skipped",
        "Spurious correlations are not told apart; they count as model failures.")
      return
    }
    if inputs.pairs != .usual, inputs.real != .usual, inputs.pairs != .none, inputs.real != .none {
      throw ErrorAnalysisError.conflict("--pairs and --real both say which classes occur together.")
    }
    let wantsReal = if case .path = inputs.real { true } else { false }
    if !wantsReal, let url = try places.find(.pairs) {
      pairs = try CoOccurrencePairs(
        contentsOf: url, classes: classes, superclasses: try superclasses())
      try enter(.pairs, url)
      manifest.options["co-occurrences"] = "used"
      return
    }
    guard inputs.hasImageNetClasses || wantsReal,
      let url = try places.find(inputs.real, places.real)
    else {
      if inputs.hasImageNetClasses {
        throw ErrorAnalysisError.missing(
          .pairs, looked: (places.real + places.usual(.pairs)).map(\.relativePath))
      }
      leaveOut(
        .pairs, "co-occurrences=absent",
        "Spurious correlations are not told apart; they count as model failures.")
      return
    }
    pairs = try countPairs(RealLabels(contentsOf: url, classCount: classes.count), url)
  }

  private mutating func countPairs(_ real: RealLabels, _ url: URL) throws -> CoOccurrencePairs {
    let classes = try classes()
    guard let labels = try places.find(inputs.originalLabels, places.originalLabels) else {
      throw ErrorAnalysisError.missing(
        .pairs, looked: places.originalLabels.map(\.relativePath) + ["--original-labels FILE"])
    }
    let originals = try RealLabels.originalLabels(contentsOf: labels, classes: classes)
    guard originals.count == real.lists.count else {
      throw ErrorAnalysisError.mismatch(
        file: labels.relativePath,
        problem: "it has \(originals.count) labels, ‘\(url.relativePath)’ \(real.lists.count)")
    }
    var evaluated: Set<String> = []
    if inputs.hasImageNetClasses {
      guard let multiLabels else {
        throw ErrorAnalysisError.missing(
          .multiLabels, looked: places.usual(.multiLabels).map(\.relativePath))
      }
      evaluated = Set(multiLabels.entries.map { String(SampleList.lastPart($0.file)) })
    }
    try enter(.pairs, url)
    try enter(.pairs, labels)
    manifest.options["co-occurrences"] = "used"
    return CoOccurrencePairs(
      lists: real.lists, originals: originals,
      isEvaluated: originals.indices.map { evaluated.contains(RealLabels.fileName($0 + 1)) },
      superclasses: try superclasses(), source: url.relativePath)
  }

  // MARK: Out of vocabulary

  /// Opens what tells fine-grained mistakes out of vocabulary; `nil` where it is left out or not asked for.
  package mutating func openOutOfVocabulary(
    for purpose: ErrorKnowledge.Purpose
  ) throws -> OutOfVocabularyStage? {
    guard let hierarchy else {
      manifest.options["oov"] = "absent"
      return nil
    }
    guard inputs.usesOutOfVocabulary else {
      manifest.options["oov"] = "skipped"
      leaveOut(
        .imageFeatures, AbsentKnowledge.outOfVocabularyMark,
        "Fine-grained mistakes out of vocabulary are not told apart; spurious correlations, untypical images and model failures absorb them."
      )
      return nil
    }
    manifest.options["oov"] = "used"
    guard purpose == .decisions else { return nil }
    let urls = try [KnowledgeInput.neighbors, .imageFeatures, .textFeatures].map {
      try places.require($0)
    }
    let samples = try samples()
    let superclasses = try superclasses()
    let neighbors = try NearestTrainingImages(
      contentsOf: urls[0], samples: samples, classCount: try classes().count)
    let vocabulary = try ProposalVocabulary(
      classes: try classes(), hierarchy: hierarchy, superclasses: superclasses)
    let stage = try OutOfVocabularyStage(
      samples: samples, vocabulary: vocabulary, superclasses: superclasses, neighbors: neighbors,
      images: StoredFeatures(contentsOf: urls[1], dataset: inputs.dataset),
      texts: StoredFeatures(contentsOf: urls[2]))
    try enter(.neighbors, urls[0])
    try enter(.imageFeatures, urls[1])
    try enter(.textFeatures, urls[2])
    manifest.options["features"] = stage.featureModel
    return stage
  }

  // MARK: Manifest

  private mutating func enter(_ input: KnowledgeInput, _ source: String, _ sha256: String) {
    manifest.entries.append(
      AnalysisManifest.Entry(input: input.id, source: source, sha256: sha256))
  }

  private mutating func enter(_ input: KnowledgeInput, _ url: URL) throws {
    try enter(input.id, url)
  }

  private mutating func enter(_ id: String, _ url: URL) throws {
    manifest.entries.append(
      AnalysisManifest.Entry(
        input: id, source: url.relativePath,
        sha256: AnalysisManifest.sha256(try MappedFile.bytes(of: url))))
  }

  private mutating func leaveOut(_ input: KnowledgeInput, _ mark: String, _ effect: String) {
    absent.append(AbsentKnowledge(input: input, mark: mark, effect: effect))
    let parts = mark.split(separator: "=").map(String.init)
    manifest.options[parts[0]] = parts[1]
  }

  private func opened<Part>(
    _ part: Part?, _ input: KnowledgeInput
  ) throws(ErrorAnalysisError) -> Part {
    guard let part else { throw .missing(input, looked: []) }
    return part
  }
}
