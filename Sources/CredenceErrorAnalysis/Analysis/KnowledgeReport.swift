import CredenceFiles
import Foundation

/// What is there of everything that an analysis needs, what is missing, and what can be done about it.
public struct KnowledgeReport: Codable, Sendable {
  /// How an input stands.
  public enum State: String, Codable, Sendable {
    case present
    /// Not there, and the analysis stops without it.
    case missing
    /// There, and can't be used.
    case unusable
    /// Not there or left out; the analysis runs and says so.
    case absent
    /// This data set has no use for it.
    case notNeeded
  }

  /// One input.
  public struct Line: Codable, Sendable {
    /// The id, as in `KnowledgeInput`.
    public var input: String
    public var title: String
    public var state: State
    /// The file, or the places where it was looked for.
    public var place: String
    /// What it holds, or what is wrong, or what follows: a sentence.
    public var detail: String
    public var commands: [String]
    /// Where it comes from.
    public var source: String
    /// What can be done without it.
    public var without: String
  }

  public let dataset: String
  public let lines: [Line]

  /// Whether mistakes can be analyzed.
  public var isComplete: Bool { !lines.contains { $0.state == .missing || $0.state == .unusable } }

  /// Looks for every input and reads what is there.
  public init(inspecting inputs: ErrorAnalysisInputs) {
    var inspection = KnowledgeInspection(inputs)
    dataset = inputs.dataset
    lines = KnowledgeInput.all.map { input in
      let finding = inspection.finding(for: input)
      return Line(
        input: input.id, title: input.title, state: finding.state, place: finding.place,
        detail: finding.detail, commands: input.commands, source: input.source,
        without: input.without)
    }
  }

  /// The report as JSON.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// What a reader sees.
  public var text: String {
    var text = "Data set \(dataset)\n"
    for line in lines {
      let mark =
        switch line.state {
        case .present: "ok      "
        case .missing: "MISSING "
        case .unusable: "UNUSABLE"
        case .absent: "absent  "
        case .notNeeded: "unused  "
        }
      text += "\(mark)  \(line.title): \(line.detail)\n"
      if !line.place.isEmpty { text += "          \(line.place)\n" }
      if line.state == .missing || line.state == .unusable {
        text += "          Needed by: \(line.commands.joined(separator: ", ")).\n"
        text += "          \(line.source)\n          \(line.without)\n"
      }
    }
    let wanting = lines.count { $0.state == .missing || $0.state == .unusable }
    text +=
      isComplete
      ? "Everything is there for ‘credence errors analyze’ with these options.\n"
      : "\(wanting) of \(lines.count) inputs \(wanting == 1 ? "is" : "are") missing or unusable.\n"
    return text
  }
}

/// An inspection under way: what was found is used to check what follows.
private struct KnowledgeInspection {
  struct Finding {
    var state: KnowledgeReport.State
    var place = ""
    var detail: String
  }

  private let inputs: ErrorAnalysisInputs
  private let places: KnowledgePlaces
  private var opening: KnowledgeOpening
  private var hasClasses = false
  private var hasSuperclasses = false
  private var samples: AnnotatedSamples?
  private var features: StoredFeatures?
  private var classError: (any Error)?

  init(_ inputs: ErrorAnalysisInputs) {
    self.inputs = inputs
    places = KnowledgePlaces(inputs)
    opening = KnowledgeOpening(inputs)
    do {
      try opening.openClasses()
      hasClasses = true
    } catch {
      classError = error
    }
  }

  mutating func finding(for input: KnowledgeInput) -> Finding {
    do {
      return try check(input)
    } catch ErrorAnalysisError.missing(let missing, let looked) {
      return Finding(
        state: .missing,
        place: looked.isEmpty ? "" : "Looked for \(looked.joined(separator: ", "))",
        detail: missing.id == input.id ? input.purpose : "\(missing.title) must be there first.")
    } catch let error as any LocalizedError {
      let sentences = [error.errorDescription, error.failureReason].compactMap { $0 }
      return Finding(state: .unusable, detail: sentences.joined(separator: " "))
    } catch {
      return Finding(state: .unusable, detail: error.localizedDescription)
    }
  }

  private mutating func check(_ input: KnowledgeInput) throws -> Finding {
    switch input.id {
    case KnowledgeInput.classes.id: return try checkClasses()
    case KnowledgeInput.wordNet.id: return try checkHierarchy()
    case KnowledgeInput.superclasses.id: return try checkSuperclasses()
    case KnowledgeInput.samples.id: return try checkSamples()
    case KnowledgeInput.predictions.id: return try checkPredictions()
    case KnowledgeInput.multiLabels.id: return try checkMultiLabels()
    case KnowledgeInput.pairs.id: return try checkPairs()
    case KnowledgeInput.mistakes.id: return try checkMistakes()
    case KnowledgeInput.imageNetM.id: return try checkImageNetM()
    default: return try checkFeatures(input)
    }
  }

  /// The class list even where the hierarchy is missing.
  private func classes() throws -> ClassList {
    if hasClasses { return try opening.classes() }
    if inputs.hasImageNetClasses, inputs.classes == .usual { return try ClassList.imageNet() }
    return try ClassList(contentsOf: places.require(.classes))
  }

  private func checkClasses() throws -> Finding {
    let classes = try classes()
    return Finding(
      state: .present, place: classes.source, detail: "\(classes.count) classes.")
  }

  private func checkHierarchy() throws -> Finding {
    guard hasClasses else {
      // Whatever is wrong with the classes themselves is said there.
      _ = try classes()
      if let classError { throw classError }
      throw ErrorAnalysisError.missing(.wordNet, looked: [])
    }
    guard let hierarchy = opening.hierarchy else {
      return Finding(
        state: .absent,
        detail: "These classes have no hierarchy; groups, superclasses and proposals are left out.")
    }
    return Finding(
      state: .present, place: hierarchy.source,
      detail: "\(hierarchy.concepts.count) concepts; every class has its place.")
  }

  private mutating func checkSuperclasses() throws -> Finding {
    guard hasClasses else { throw ErrorAnalysisError.missing(.wordNet, looked: []) }
    try opening.openSuperclasses()
    hasSuperclasses = true
    let superclasses = try opening.superclasses()
    let hash = opening.manifest.entries.first { $0.input == KnowledgeInput.superclasses.id }?.sha256
    return Finding(
      state: opening.hierarchy == nil ? .absent : .present,
      place: superclasses.source + (hash.map { ", sha256 \($0)" } ?? ""),
      detail: "\(superclasses.members.count - superclasses.singletonCount) of two or more classes, "
        + "\(superclasses.singletonCount) classes alone, "
        + "\(superclasses.sharingPairs.count) pairs of classes share one.")
  }

  private func checkSamples() throws -> Finding {
    let url = try places.require(.samples)
    let list = try SampleList(contentsOf: url, classCount: classes().count)
    return Finding(
      state: .present, place: url.relativePath, detail: "\(list.count) samples.")
  }

  private func checkPredictions() throws -> Finding {
    let folder = ErrorTableFolder(inputs)
    let models = try folder.models().filter {
      ErrorAnalysis.hasPredictions(folder.url.appendingPathComponent($0))
    }
    guard !models.isEmpty else {
      throw ErrorAnalysisError.missing(
        .predictions, looked: ["\(folder.url.relativePath)/MODEL/preds.npz"])
    }
    return Finding(
      state: .present, place: folder.url.relativePath,
      detail: "\(models.count) \(models.count == 1 ? "model" : "models").")
  }

  private mutating func checkMultiLabels() throws -> Finding {
    let classes = try classes()
    let list = try SampleList(
      contentsOf: places.require(.samples), classCount: classes.count)
    let isUsed = inputs.dataset != "imagenet-a"
    guard
      let url = inputs.dataset == "imagenet"
        ? try places.require(.multiLabels) : try places.find(.multiLabels)
    else {
      samples = try AnnotatedSamples(
        dataset: inputs.dataset, list: list, multiLabels: nil, nonPrototypical: [], imageNetM: nil)
      return Finding(
        state: .absent, detail: "The original label is the only correct one of each image.")
    }
    let labels = try MultiLabels(contentsOf: url, classes: classes)
    let rows = try AnnotatedSamples(
      dataset: inputs.dataset, list: list, multiLabels: isUsed ? labels : nil, nonPrototypical: [],
      imageNetM: nil)
    samples = rows
    return Finding(
      state: .present, place: url.relativePath,
      detail: "\(labels.entries.count) images, \(rows.count) of them samples, "
        + "\(rows.isProblematic.count { !$0 }) not problematic.")
  }

  private func checkPairs() throws -> Finding {
    var opening = opening
    guard hasSuperclasses else { throw ErrorAnalysisError.missing(.superclasses, looked: []) }
    try opening.openSamples(withMistakes: false)
    try opening.openPairs()
    guard let pairs = opening.pairs else {
      return Finding(
        state: .absent, detail: "Spurious correlations are not told apart.")
    }
    let statistics = pairs.statistics
    return Finding(
      state: .present, place: pairs.source,
      detail: "\(pairs.pairs.count) pairs"
        + (statistics.usedImages == 0
          ? "."
          : "; images: \(statistics.evaluatedImages) evaluated, \(statistics.emptyImages) empty, "
            + "\(statistics.singleImages) single, \(statistics.usedImages) used; "
            + "\(statistics.distinctPairs) distinct pairs, \(statistics.repeatedPairs) of them twice or "
            + "more, \(statistics.unrelatedPairs) without a common superclass."))
  }

  private func checkMistakes() throws -> Finding {
    if inputs.dataset == "imagenet-a" {
      return Finding(state: .notNeeded, detail: "The lists are of ImageNet's validation images.")
    }
    if inputs.mistakes == .none || (inputs.dataset != "imagenet" && inputs.mistakes == .usual) {
      return Finding(
        state: .absent, detail: "Mistakes on untypical images count as model failures.")
    }
    let folder = try places.require(.mistakes)
    let lists = try ExpertMistakes.published(inFolder: folder, classCount: classes().count)
    let names = lists.reduce(into: Set<String>()) { $0.formUnion($1.nonPrototypical) }
    return Finding(
      state: .present, place: folder.relativePath,
      detail: lists.map { "\($0.mistakes.count) mistakes of \($0.model)" }.joined(separator: ", ")
        + "; \(names.count) untypical images.")
  }

  private func checkImageNetM() throws -> Finding {
    guard inputs.dataset == "imagenet" else {
      return Finding(state: .notNeeded, detail: "The list is of ImageNet's validation images.")
    }
    let annotations = try places.find(.multiLabels)
    if let url = try places.find(.imageNetM) {
      return Finding(
        state: .present, place: url.relativePath,
        detail: "\(try ImageNetM.names(contentsOf: url).count) names.")
    }
    if let annotations, annotations.pathExtension.lowercased() == "json",
      let names = try MultiLabels(contentsOf: annotations, classes: classes()).imageNetM
    {
      return Finding(
        state: .present, place: annotations.relativePath, detail: "\(names.count) names.")
    }
    return Finding(
      state: .absent,
      detail: "Three columns of the statistics stay empty. \(KnowledgeInput.imageNetM.source)")
  }

  private mutating func checkFeatures(_ input: KnowledgeInput) throws -> Finding {
    guard inputs.usesOutOfVocabulary else {
      return Finding(
        state: .absent,
        detail: "Left out: fine-grained mistakes out of vocabulary are not told apart.")
    }
    if hasClasses, opening.hierarchy == nil {
      return Finding(state: .notNeeded, detail: "There are no proposals without a hierarchy.")
    }
    let url = try places.require(input)
    if input.id == KnowledgeInput.neighbors.id {
      guard let samples else { throw ErrorAnalysisError.missing(.samples, looked: []) }
      _ = try NearestTrainingImages(
        contentsOf: url, samples: samples, classCount: classes().count)
      return Finding(
        state: .present, place: url.relativePath,
        detail: "the \(NearestTrainingImages.decisiveCount) nearest of \(samples.count) samples.")
    }
    let isText = input.id == KnowledgeInput.textFeatures.id
    let stored = try StoredFeatures(
      contentsOf: url, dataset: isText ? nil : inputs.dataset)
    let names = Set(stored.names)
    var wanted = samples?.files ?? []
    if isText {
      guard let hierarchy = opening.hierarchy, hasSuperclasses else {
        throw ErrorAnalysisError.missing(.wordNet, looked: [])
      }
      wanted = try ProposalVocabulary(
        classes: classes(), hierarchy: hierarchy, superclasses: opening.superclasses()
      ).prompts
    }
    let missing = wanted.filter { !names.contains($0) }
    if let example = missing.first {
      throw ErrorAnalysisError.missingFeatures(
        kind: isText ? "prompts" : "images", count: missing.count, total: wanted.count,
        example: example, file: url.relativePath)
    }
    if let features, features.dimension != stored.dimension {
      throw ErrorAnalysisError.mismatch(
        file: url.relativePath,
        problem: "its vectors have \(stored.dimension) numbers, those of ‘\(features.source)’ "
          + "\(features.dimension)")
    }
    features = stored
    return Finding(
      state: .present, place: url.relativePath,
      detail: "\(stored.names.count) vectors of \(stored.dimension) numbers"
        + (stored.model.isEmpty ? "." : " of \(stored.model), \(stored.precision)."))
  }
}
