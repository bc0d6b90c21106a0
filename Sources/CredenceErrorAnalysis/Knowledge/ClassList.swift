/// The classes of a data set, in the order of the networks' outputs.
public struct ClassList: Hashable, Sendable {
  /// What files call the classes: WordNet identifiers such as `n01440764`, or names of the user's own.
  public let ids: [String]
  /// What people call them: on ImageNet all names of the class, joined by commas.
  public let descriptions: [String]
  /// Where the class stands in the hierarchy: the offset in WordNet, or the number of the user's own concept.
  public let concepts: [Int?]
  /// What the list is called in outputs.
  public let source: String
  private let indices: [String: Int32]

  /// The number of classes.
  public var count: Int { ids.count }

  /// Classes from their parts.
  ///
  /// - Throws: `ErrorAnalysisError` for no class, more than 65,536, or an identifier that is empty or stands twice.
  public init(
    ids: [String], descriptions: [String], concepts: [Int?]? = nil, source: String
  ) throws(ErrorAnalysisError) {
    guard !ids.isEmpty, ids.count <= 65_536, ids.count == descriptions.count else {
      throw .mismatch(
        file: source,
        problem: "it has \(ids.count) classes and \(descriptions.count) names; 1 to 65536 are read")
    }
    var indices: [String: Int32] = [:]
    for (index, id) in ids.enumerated() {
      guard !id.isEmpty else {
        throw .badEntry(file: source, entry: "class \(index)", problem: "it has no name")
      }
      if let earlier = indices.updateValue(Int32(index), forKey: id) {
        throw .badEntry(
          file: source, entry: "class \(index)", problem: "‘\(id)’ is class \(earlier) already")
      }
    }
    self.ids = ids
    self.descriptions = descriptions
    self.concepts = concepts ?? ids.map { WordNet.offset(ofID: $0) }
    self.source = source
    self.indices = indices
  }

  /// The number of a class; `nil` for an identifier that is none.
  public func index(ofID id: String) -> Int32? { indices[id] }

  /// The first of a class's names.
  public func firstName(of index: Int32) -> String {
    let description = descriptions[Int(index)]
    return description.split(separator: ",", maxSplits: 1).first.map(String.init) ?? description
  }

  /// The same classes at other places of a hierarchy.
  package func with(concepts: [Int?]) -> Self { Self(self, concepts: concepts) }

  private init(_ list: Self, concepts: [Int?]) {
    precondition(concepts.count == list.count)
    ids = list.ids
    descriptions = list.descriptions
    self.concepts = concepts
    source = list.source
    indices = list.indices
  }
}
