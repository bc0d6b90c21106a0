/// What an image may show when a class is predicted: the class, those like it, its siblings and what it is a kind of.
///
/// Most of those are no class. For a prediction *p* and a target *t* the proposals are, without repeats: *p*; the classes that share a superclass
/// with it; the other kinds of what *p* is directly a kind of; and, on each path from the root to *p*, what follows from the first concept of a
/// list of everyday kinds on. Whatever *t* is or is a kind of is left out.
public struct ProposalVocabulary: Sendable {
  /// A name that is proposed.
  public struct Proposal: Hashable, Sendable {
    /// The concept's offset in WordNet, or its number in a hierarchy of the user's own.
    public let concept: Int
    /// In lower case, with spaces.
    public let name: String
  }

  /// Why a concept is proposed.
  public enum Section: UInt8, CaseIterable, Sendable {
    case prediction
    case superclass
    case sibling
    case ancestor
  }

  /// A concept on a class's list, before anything is left out.
  struct Candidate: Sendable {
    /// Its position in `concepts`.
    let concept: Int32
    let section: Section
  }

  /// The everyday kinds, published as meta labels.
  public static let everydayKinds: Set<String> = [
    "device", "dog", "commodity", "bird", "structure", "covering", "wheeled_vehicle", "food",
    "equipment", "insect", "vehicle", "furniture", "primate", "vessel", "snake", "natural_object",
    "organism", "geological_formation", "clothing", "container",
  ]

  /// The classes for which there are proposals.
  public let classes: ClassList
  /// Every prompt that can occur, in the order of the classes' lists.
  public let prompts: [String]

  /// The number of concepts that can be proposed.
  public var conceptCount: Int { concepts.count }

  /// Every concept that can be proposed, by id.
  let concepts: [Int]
  /// Whether a concept is a class.
  let isClass: [Bool]
  /// The names of each concept, as positions in `prompts`.
  let promptsOfConcept: [[Int32]]
  /// For each class, the concepts that may be proposed, in order.
  let candidates: [[Candidate]]
  /// For each class, one bit for each of `concepts`: whether the class is it or is a kind of it.
  private let blocked: [UInt64]
  private let superclasses: Superclasses

  /// The prompt for a name.
  public static func prompt(for name: String) -> String { "A photo of a \(name)" }

  /// A concept's name as it is proposed: in lower case, with spaces.
  public static func proposedName(_ name: String) -> String {
    name.lowercased().split(separator: "_", omittingEmptySubsequences: false).joined(
      separator: " ")
  }

  /// Makes the lists of all classes.
  ///
  /// - Throws: `ErrorAnalysisError` for a class that has no place in the hierarchy.
  public init(
    classes: ClassList, hierarchy: LabelHierarchy, superclasses: Superclasses
  ) throws(ErrorAnalysisError) {
    var builder = VocabularyBuilder(hierarchy: hierarchy)
    var ids: [Int] = []
    for (index, concept) in classes.concepts.enumerated() {
      guard let concept else {
        throw .badEntry(
          file: classes.source, entry: "class \(index) (‘\(classes.ids[index])’)",
          problem: "it has no place in the hierarchy ‘\(hierarchy.source)’")
      }
      ids.append(concept)
    }
    var candidates: [[Candidate]] = []
    var paths: [[[Int]]] = []
    for index in ids.indices {
      paths.append(try hierarchy.paths(to: ids[index]))
      let members = superclasses.classesSharing(with: Int32(index)).map { ids[Int($0)] }
      candidates.append(
        try builder.candidates(of: ids[index], members: members, paths: paths[index]))
    }
    let classIDs = Set(ids)
    isClass = builder.concepts.map { classIDs.contains($0) }
    let stride = (builder.concepts.count + 63) / 64
    var blocked = Array(repeating: UInt64(0), count: paths.count * stride)
    for (index, paths) in paths.enumerated() {
      for position in paths.joined().compactMap({ builder.positions[$0] }) {
        blocked[index * stride + Int(position) >> 6] |= 1 << UInt64(position & 63)
      }
    }
    self.blocked = blocked
    self.candidates = candidates
    concepts = builder.concepts
    promptsOfConcept = builder.promptsOfConcept
    prompts = builder.prompts
    self.classes = classes
    self.superclasses = superclasses
  }

  /// The proposals for a prediction on an image with an original label, in order.
  ///
  /// - Throws: `ErrorAnalysisError.sharedSuperclass` where the target itself would be proposed.
  public func proposals(
    prediction: Int32, target: Int32
  ) throws(ErrorAnalysisError) -> [Proposal] {
    guard !superclasses.sharesSuperclass(prediction, target) else {
      throw .sharedSuperclass(
        prediction: classes.ids[Int(prediction)], target: classes.ids[Int(target)])
    }
    return proposals(prediction, target).flatMap(\.proposals)
  }

  /// The proposals by the reason for them, for explanations.
  public func sections(
    prediction: Int32, target: Int32
  ) -> [(section: Section, proposals: [Proposal])] {
    let all = proposals(prediction, target)
    return Section.allCases.map { section in
      (section, all.filter { $0.section == section }.flatMap(\.proposals))
    }
  }

  /// Whether a candidate is not proposed because the target is it or is a kind of it.
  ///
  /// The prediction itself always is.
  @inline(__always)
  func isLeftOut(_ candidate: Candidate, for target: Int32) -> Bool {
    guard candidate.section != .prediction else { return false }
    let stride = (concepts.count + 63) / 64
    let word = blocked[Int(target) * stride + Int(candidate.concept) >> 6]
    return word >> UInt64(candidate.concept & 63) & 1 == 1
  }

  private func proposals(
    _ prediction: Int32, _ target: Int32
  ) -> [(section: Section, proposals: [Proposal])] {
    let prefix = Self.prompt(for: "").count
    return candidates[Int(prediction)].filter { !isLeftOut($0, for: target) }.map { candidate in
      let id = concepts[Int(candidate.concept)]
      return (
        candidate.section,
        promptsOfConcept[Int(candidate.concept)].map {
          Proposal(concept: id, name: String(prompts[Int($0)].dropFirst(prefix)))
        }
      )
    }
  }
}

/// Gathers concepts and prompts while lists are made.
private struct VocabularyBuilder {
  let hierarchy: LabelHierarchy
  private(set) var concepts: [Int] = []
  private(set) var positions: [Int: Int32] = [:]
  private(set) var promptsOfConcept: [[Int32]] = []
  private(set) var prompts: [String] = []
  private var promptPositions: [String: Int32] = [:]

  init(hierarchy: LabelHierarchy) { self.hierarchy = hierarchy }

  mutating func candidates(
    of id: Int, members: [Int], paths: [[Int]]
  ) throws(ErrorAnalysisError) -> [ProposalVocabulary.Candidate] {
    var list: [ProposalVocabulary.Candidate] = []
    var seen: Set<Int32> = []
    func add(
      _ concept: Int, _ section: ProposalVocabulary.Section, _ builder: inout Self
    ) throws(ErrorAnalysisError) {
      let position = try builder.position(of: concept)
      if seen.insert(position).inserted {
        list.append(ProposalVocabulary.Candidate(concept: position, section: section))
      }
    }
    try add(id, .prediction, &self)
    for member in members { try add(member, .superclass, &self) }
    for parent in try hierarchy.concept(id).hypernyms {
      for sibling in try hierarchy.concept(parent).hyponyms { try add(sibling, .sibling, &self) }
    }
    for path in paths {
      var isCovered = false
      for concept in path {
        if !isCovered {
          isCovered = try hierarchy.concept(concept).names.contains {
            ProposalVocabulary.everydayKinds.contains($0)
          }
        }
        if isCovered { try add(concept, .ancestor, &self) }
      }
    }
    return list
  }

  private mutating func position(of id: Int) throws(ErrorAnalysisError) -> Int32 {
    if let position = positions[id] { return position }
    let position = Int32(concepts.count)
    var indices: [Int32] = []
    for name in try hierarchy.concept(id).names {
      let prompt = ProposalVocabulary.prompt(for: ProposalVocabulary.proposedName(name))
      if let index = promptPositions[prompt] {
        indices.append(index)
      } else {
        let index = Int32(prompts.count)
        promptPositions[prompt] = index
        prompts.append(prompt)
        indices.append(index)
      }
    }
    positions[id] = position
    concepts.append(id)
    promptsOfConcept.append(indices)
    return position
  }
}
