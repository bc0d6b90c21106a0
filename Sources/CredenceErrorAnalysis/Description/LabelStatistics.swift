/// What the labels of a data set look like: classes and images by group, images with several labels, superclasses, pairs, mappings.
public struct LabelStatistics: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.describe/1"

  /// The images of a group: those that are not problematic and have a correct label of it.
  public struct GroupLabels: Codable, Hashable, Sendable {
    public var group: ClassGroup
    public var classes: Int
    public var samples: Int
    /// Images with several correct labels, in per cent; `nil` without images.
    public var percentMulti: Double?
    /// The mean number of correct labels; `nil` without images.
    public var meanLabels: Double?
    /// The mean number of correct labels of images with several; `nil` without such.
    public var meanLabelsOfMulti: Double?
  }

  /// Images with several correct labels, by the groups of their labels.
  public struct Composition: Codable, Hashable, Sendable {
    /// Neither an organism nor an artifact.
    public var neither = 0
    /// Both.
    public var both = 0
    /// Artifacts, and perhaps others.
    public var artifactOnly = 0
    /// Of these, images with more than one artifact.
    public var severalArtifacts = 0
    /// Organisms, and perhaps others.
    public var organismOnly = 0
    /// Of these, images with more than one organism.
    public var severalOrganisms = 0
  }

  /// Sizes of the superclasses that have a member in a group.
  public struct SuperclassSizes: Codable, Hashable, Sendable {
    public var group: ClassGroup
    /// Superclasses with two classes or more.
    public var several: Sizes
    /// All, with those of a single class.
    public var all: Sizes
    /// Superclasses of a single class.
    public var singletons: Int

    /// How many classes superclasses have.
    public struct Sizes: Codable, Hashable, Sendable {
      public var count: Int
      public var minimum: Int?
      public var maximum: Int?
      public var mean: Double?
      public var median: Double?

      init(_ sizes: [Int]) {
        let sorted = sizes.sorted()
        count = sorted.count
        minimum = sorted.first
        maximum = sorted.last
        mean = sorted.isEmpty ? nil : Double(sorted.reduce(0, +)) / Double(sorted.count)
        let (low, high) = ((sorted.count - 1) / 2, sorted.count / 2)
        median = sorted.isEmpty ? nil : Double(sorted[low] + sorted[high]) / 2
      }
    }
  }

  /// Pairs of classes that often occur together, by their groups.
  public struct PairGroups: Codable, Hashable, Sendable {
    public var organisms = 0
    public var artifacts = 0
    /// An organism and an artifact.
    public var mixed = 0
    /// With a class of neither group.
    public var withOther = 0

    public var total: Int { organisms + artifacts + mixed + withOther }
  }

  /// A pair of classes that often occur together.
  public struct Pair: Codable, Hashable, Sendable {
    public var first: NamedClass
    public var second: NamedClass

    /// The published form: `(0, 5) | (tench) ; (electric ray)`.
    public var text: String {
      "(\(first.index), \(second.index)) | (\(first.description)) ; (\(second.description))"
    }
  }

  /// Whether images of a class have the classes that count as right for it among their labels too.
  public struct MappingAudit: Codable, Hashable, Sendable {
    /// How often a class with such a mapping is among an image's correct labels.
    public var occurrences = 0
    /// How often all of its mapping's classes are too.
    public var complete = 0
    /// The occurrences that are not complete.
    public var failures: [Failure] = []

    /// An image that lacks a class.
    public struct Failure: Codable, Hashable, Sendable {
      public var file: String
      public var label: NamedClass
      /// The classes that count as right for it and are no correct labels.
      public var missing: [NamedClass]
    }
  }

  public var dataset: String
  /// Predictions, annotated or not.
  public var predictions: Int
  /// Annotated images.
  public var annotated: Int
  public var problematic: Int
  /// Problematic images without a correct label.
  public var withoutLabel: Int
  public var nonPrototypical: Int
  /// ImageNet-M's images; `nil` where the list is not known.
  public var imageNetM: Int?
  public var groups: [GroupLabels]
  public var composition: Composition
  public var superclasses: [SuperclassSizes]
  /// Where the superclasses come from.
  public var superclassSource: String
  /// `nil` where pairs are not known.
  public var pairGroups: PairGroups?
  public var pairs: [Pair]
  public var mappings: MappingAudit

  /// Describes what is known.
  public init(_ knowledge: ErrorKnowledge) {
    let (samples, groups) = (knowledge.samples, knowledge.groups)
    let rows = (0..<samples.count).filter { !samples.isProblematic[$0] }
    dataset = samples.dataset
    predictions = samples.predictionCount
    annotated = samples.count
    problematic = samples.count - rows.count
    withoutLabel = (0..<samples.count).count { samples.labels[$0].isEmpty }
    nonPrototypical = samples.isNonPrototypical.count { $0 }
    imageNetM = samples.isImageNetM?.count { $0 }
    self.groups = groups.known.map { group in
      let counts = rows.filter { row in
        samples.labels[row].contains { groups.contains($0, in: group) }
      }.map { samples.labels[$0].count }
      return GroupLabels(
        group: group, classes: groups.indices(of: group).count, samples: counts.count,
        percentMulti: Self.mean(counts.map { $0 > 1 ? 1 : 0 }).map { 100 * $0 },
        meanLabels: Self.mean(counts), meanLabelsOfMulti: Self.mean(counts.filter { $0 > 1 }))
    }
    composition = Self.composition(rows, samples, groups)
    superclasses = groups.known.map { Self.sizes(knowledge.superclasses, groups, $0) }
    superclassSource = knowledge.superclasses.source
    let pairs = knowledge.pairs?.pairs
    pairGroups = pairs.map { Self.groups(of: $0, groups) }
    self.pairs = (pairs ?? []).map {
      Pair(
        first: NamedClass($0.first, of: knowledge.classes),
        second: NamedClass($0.second, of: knowledge.classes))
    }
    mappings = Self.audit(rows, knowledge)
  }

  private static func mean(_ values: [Int]) -> Double? {
    values.isEmpty ? nil : Double(values.reduce(0, +)) / Double(values.count)
  }

  private static func composition(
    _ rows: [Int], _ samples: AnnotatedSamples, _ groups: ClassGroups
  ) -> Composition {
    var composition = Composition()
    for row in rows where samples.labels[row].count > 1 {
      let organisms = samples.labels[row].count { groups.contains($0, in: .organism) }
      let artifacts = samples.labels[row].count { groups.contains($0, in: .artifact) }
      switch (organisms > 0, artifacts > 0) {
      case (false, false): composition.neither += 1
      case (true, true): composition.both += 1
      case (false, true):
        composition.artifactOnly += 1
        if artifacts > 1 { composition.severalArtifacts += 1 }
      case (true, false):
        composition.organismOnly += 1
        if organisms > 1 { composition.severalOrganisms += 1 }
      }
    }
    return composition
  }

  private static func sizes(
    _ superclasses: Superclasses, _ groups: ClassGroups, _ group: ClassGroup
  ) -> SuperclassSizes {
    let sizes = superclasses.members.filter { members in
      members.contains { groups.contains($0, in: group) }
    }.map(\.count)
    return SuperclassSizes(
      group: group, several: .init(sizes.filter { $0 > 1 }), all: .init(sizes),
      singletons: sizes.count { $0 == 1 })
  }

  private static func groups(of pairs: [ClassPair], _ groups: ClassGroups) -> PairGroups {
    var counts = PairGroups()
    for pair in pairs {
      let members = [pair.first, pair.second]
      let organisms = members.count { groups.contains($0, in: .organism) }
      let artifacts = members.count { groups.contains($0, in: .artifact) }
      switch (organisms, artifacts) {
      case (2, _): counts.organisms += 1
      case (_, 2): counts.artifacts += 1
      case (1, 1): counts.mixed += 1
      default: counts.withOther += 1
      }
    }
    return counts
  }

  private static func audit(_ rows: [Int], _ knowledge: ErrorKnowledge) -> MappingAudit {
    var audit = MappingAudit()
    let samples = knowledge.samples
    for row in rows {
      let labels = samples.labels[row]
      // A label may be both correct and unclear; the image shows it once.
      for (place, label) in labels.enumerated() where !labels.prefix(place).contains(label) {
        guard let accepted = knowledge.collapsedMappings.predictions[label] else { continue }
        audit.occurrences += 1
        let missing = accepted.filter { !labels.contains($0) }
        if missing.isEmpty {
          audit.complete += 1
        } else {
          audit.failures.append(
            MappingAudit.Failure(
              file: samples.files[row], label: NamedClass(label, of: knowledge.classes),
              missing: missing.map { NamedClass($0, of: knowledge.classes) }))
        }
      }
    }
    return audit
  }
}
