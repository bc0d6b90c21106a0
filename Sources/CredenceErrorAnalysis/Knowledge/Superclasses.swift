/// Sets of classes that people would forgive to be mistaken for one another.
///
/// A class may be in several; one that is in none is a superclass of its own, named by its identifier.
public struct Superclasses: Hashable, Sendable {
  /// The names, as defined, and then those of classes of their own.
  public let names: [String]
  /// How many of the names were defined; the others are classes of their own.
  public let definedCount: Int
  /// The superclasses of each class, as positions in `names`, ordered by name.
  public let memberships: [[Int32]]
  /// The classes of each superclass, ascending.
  public let members: [[Int32]]
  /// Where the definitions come from, for outputs.
  public let source: String
  private let sharing: ClassRelation

  /// Superclasses from the classes of each definition; classes that are in none become superclasses of their own.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` for a name that stands twice.
  public init(
    definitions: [(name: String, members: [Int32])], classes: ClassList, source: String
  ) throws(ErrorAnalysisError) {
    var names = definitions.map(\.name)
    var members = definitions.map { $0.members.sorted() }
    var seen: Set<String> = []
    for (index, name) in names.enumerated() where !seen.insert(name).inserted {
      throw .badEntry(
        file: source, entry: "superclass \(index + 1)", problem: "‘\(name)’ stands there twice")
    }
    var isMember = Array(repeating: false, count: classes.count)
    for list in members { for index in list { isMember[Int(index)] = true } }
    for index in isMember.indices where !isMember[index] {
      guard seen.insert(classes.ids[index]).inserted else {
        throw .badEntry(
          file: source, entry: "superclass ‘\(classes.ids[index])’",
          problem: "it has the name of a class that it does not contain")
      }
      names.append(classes.ids[index])
      members.append([Int32(index)])
    }
    var memberships = [[Int32]](repeating: [], count: classes.count)
    var sharing = ClassRelation(classCount: classes.count)
    for (superclass, list) in members.enumerated() {
      for (position, a) in list.enumerated() {
        memberships[Int(a)].append(Int32(superclass))
        for b in list[position...] { sharing.insert(a, b) }
      }
    }
    for index in memberships.indices {
      memberships[index].sort { names[Int($0)] < names[Int($1)] }
    }
    self.names = names
    definedCount = definitions.count
    self.memberships = memberships
    self.members = members
    self.source = source
    self.sharing = sharing
  }

  /// Whether two classes are in a common superclass; each class is with itself.
  public func sharesSuperclass(_ a: Int32, _ b: Int32) -> Bool { sharing.contains(a, b) }

  /// The names of a class's superclasses, sorted.
  public func names(of index: Int32) -> [String] {
    memberships[Int(index)].map { names[Int($0)] }
  }

  /// The classes that share a superclass with a class, itself included, ascending.
  public func classesSharing(with index: Int32) -> [Int32] {
    (0..<Int32(memberships.count)).filter { sharing.contains(index, $0) }
  }

  /// The pairs of different classes that share a superclass.
  public var sharingPairs: [ClassPair] { sharing.pairs }

  /// The definitions with a single class, and the classes of their own.
  public var singletonCount: Int { members.count { $0.count == 1 } }
}
