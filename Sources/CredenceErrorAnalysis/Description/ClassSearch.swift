/// Finds classes by what they are kinds of, and tells where they stand in the hierarchy.
public struct ClassSearch: Sendable {
  /// A class that was found.
  public struct Match: Codable, Hashable, Sendable {
    public var found: NamedClass
    /// Every path from a root to the class, by the first name of each concept.
    public var paths: [[String]]

    /// The published form: identifier and names.
    public var text: String { "\(found.id) \(found.description)" }
  }

  private let classes: ClassList
  private let hierarchy: LabelHierarchy

  public init(classes: ClassList, hierarchy: LabelHierarchy) {
    self.classes = classes
    self.hierarchy = hierarchy
  }

  /// The classes for which every term is a name of something that they are a kind of.
  ///
  /// - Parameters:
  ///   - terms: Names as WordNet writes them; blanks stand for underscores.
  ///   - isExact: Whether a term must be the whole name; else it may be a part of it.
  /// - Returns: The classes in their order.
  /// - Throws: `ErrorAnalysisError` for a class without a place in the hierarchy.
  public func classes(containing terms: [String], isExact: Bool) throws -> [Match] {
    let terms = terms.map { $0.replacing(" ", with: "_") }
    return try classes.concepts.enumerated().compactMap { index, concept in
      guard let concept else { return nil }
      let names = try hierarchy.ancestorNames(of: concept)
      let isFound = terms.allSatisfy { term in
        isExact ? names.contains(term) : names.contains { $0.contains(term) }
      }
      return isFound
        ? Match(
          found: NamedClass(Int32(index), of: classes), paths: try paths(ofConcept: concept))
        : nil
    }
  }

  /// Every path from a root to a concept, by the first name of each.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for a concept that is not there.
  public func paths(ofConcept concept: Int) throws -> [[String]] {
    try hierarchy.paths(to: concept).map { path in
      try path.map { try hierarchy.concept($0).names.first ?? "" }
    }
  }

  /// The concept of a class's identifier, or of any other noun's.
  ///
  /// - Throws: `ErrorAnalysisError.unknown`.
  public func concept(ofID id: String) throws(ErrorAnalysisError) -> Int {
    let concept =
      classes.index(ofID: id).flatMap { classes.concepts[Int($0)] } ?? WordNet.offset(ofID: id)
    guard let concept, hierarchy.contains(concept) else {
      throw .unknown(kind: "class or noun", name: id, known: classes.ids)
    }
    return concept
  }

  /// One over the number of concepts on the shortest way between two, ends included: 1 for a concept and itself.
  ///
  /// - Returns: `nil` where no way leads from one to the other.
  /// - Throws: `ErrorAnalysisError.badEntry` for a concept that is not there.
  public func pathSimilarity(_ a: Int, _ b: Int) throws(ErrorAnalysisError) -> Double? {
    let distances = (try distances(from: a), try distances(from: b))
    let shortest = distances.0.compactMap { concept, steps in
      distances.1[concept].map { steps + $0 }
    }.min()
    return shortest.map { 1 / Double($0 + 1) }
  }

  /// The number of steps up to everything that a concept is a kind or an instance of.
  private func distances(from start: Int) throws(ErrorAnalysisError) -> [Int: Int] {
    var distances = [start: 0]
    var front = [start]
    while !front.isEmpty {
      var next: [Int] = []
      for id in front {
        let concept = try hierarchy.concept(id)
        for parent in concept.hypernyms + concept.instanceHypernyms where distances[parent] == nil {
          distances[parent] = (distances[id] ?? 0) + 1
          next.append(parent)
        }
      }
      front = next
    }
    return distances
  }
}
