/// Concepts, their names, and what each of them is a kind of: WordNet's nouns, or a hierarchy of the user's own.
public struct LabelHierarchy: Sendable {
  /// A concept: WordNet calls it a synset.
  public struct Concept: Hashable, Sendable {
    /// The offset in WordNet's file; a number from 0 in a hierarchy of the user's own.
    public let id: Int
    /// Its names as the file writes them, such as `Canis_familiaris`.
    public let names: [String]
    /// What it is a kind of, by id, in the file's order.
    public let hypernyms: [Int]
    /// What it is an instance of, by id, in the file's order.
    public let instanceHypernyms: [Int]
    /// The kinds of it, by id, in the file's order.
    public let hyponyms: [Int]

    package init(
      id: Int, names: [String], hypernyms: [Int], instanceHypernyms: [Int] = [], hyponyms: [Int]
    ) {
      self.id = id
      self.names = names
      self.hypernyms = hypernyms
      self.instanceHypernyms = instanceHypernyms
      self.hyponyms = hyponyms
    }
  }

  /// All concepts, in the file's order.
  public let concepts: [Concept]
  /// The name of the file, for messages.
  public let source: String
  private let indices: [Int: Int32]

  /// More paths than this to one concept are refused.
  static let mostPaths = 4096
  /// More levels than this above one concept are refused; WordNet has 20.
  static let mostLevels = 512

  /// - Throws: `ErrorAnalysisError.badEntry` for a concept that stands twice.
  package init(concepts: [Concept], source: String) throws(ErrorAnalysisError) {
    var indices: [Int: Int32] = [:]
    indices.reserveCapacity(concepts.count)
    for (index, concept) in concepts.enumerated() {
      guard indices.updateValue(Int32(index), forKey: concept.id) == nil else {
        throw .badEntry(
          file: source, entry: "concept \(concept.id)", problem: "it stands there twice")
      }
    }
    self.concepts = concepts
    self.source = source
    self.indices = indices
  }

  /// The concept of an id.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` where there is none, as in a file that was reduced too far.
  public func concept(_ id: Int) throws(ErrorAnalysisError) -> Concept {
    guard let index = indices[id] else {
      throw .badEntry(file: source, entry: "concept \(id)", problem: "there is no such concept")
    }
    return concepts[Int(index)]
  }

  /// Whether there is a concept of that id.
  public func contains(_ id: Int) -> Bool { indices[id] != nil }

  /// Every path from a root to the concept, which is its last element, by id.
  ///
  /// Kinds come before instances, in the file's order.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for circles, for more than 4,096 paths, and for more than 512 levels.
  public func paths(to id: Int) throws(ErrorAnalysisError) -> [[Int]] {
    var under: Set<Int> = []
    return try paths(to: id, under: &under)
  }

  private func paths(
    to id: Int, under: inout Set<Int>
  ) throws(ErrorAnalysisError) -> [[Int]] {
    guard under.insert(id).inserted else {
      let name = try concept(id).names.first.map { " ‘\($0)’" } ?? ""
      throw .badEntry(
        file: source, entry: "concept \(id)\(name)", problem: "it is a kind of itself")
    }
    defer { under.remove(id) }
    let concept = try concept(id)
    guard under.count <= Self.mostLevels else {
      throw .badEntry(
        file: source, entry: "concept \(id)",
        problem: "more than \(Self.mostLevels) levels lie below it")
    }
    var paths: [[Int]] = []
    for parent in concept.hypernyms + concept.instanceHypernyms {
      for path in try self.paths(to: parent, under: &under) { paths.append(path + [id]) }
      guard paths.count <= Self.mostPaths else {
        throw .badEntry(
          file: source, entry: "concept \(id)",
          problem: "more than \(Self.mostPaths) paths lead to it")
      }
    }
    return paths.isEmpty ? [[id]] : paths
  }

  /// The concept and everything that it is a kind or an instance of, by id.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for circles and absent concepts.
  public func ancestors(of id: Int) throws(ErrorAnalysisError) -> Set<Int> {
    var found: Set<Int> = []
    for path in try paths(to: id) { found.formUnion(path) }
    return found
  }

  /// The names of the concept and of everything that it is a kind or an instance of.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for circles and absent concepts.
  public func ancestorNames(of id: Int) throws(ErrorAnalysisError) -> Set<String> {
    var names: Set<String> = []
    for ancestor in try ancestors(of: id) { names.formUnion(try concept(ancestor).names) }
    return names
  }
}
