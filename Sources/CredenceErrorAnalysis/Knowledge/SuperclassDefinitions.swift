import CredenceFiles
public import Foundation

/// Superclasses as they are defined: by names in the hierarchy.
///
/// The published form has one JSON object a line, `{"name": [["lemma", "lemma"], ["lemma"]]}`: a class belongs to it where all names of one of the
/// inner lists are names of the class or of something that it is a kind of.
public struct SuperclassDefinitions: Hashable, Sendable {
  /// One superclass.
  public struct Definition: Hashable, Sendable {
    public let name: String
    /// Of one of these lists, every name must occur.
    public let alternatives: [[String]]

    public init(name: String, alternatives: [[String]]) {
      self.name = name
      self.alternatives = alternatives
    }

    /// Whether a class with these names on its paths belongs to it.
    public func holds(for names: Set<String>) -> Bool {
      alternatives.contains { $0.allSatisfy { names.contains($0) } }
    }
  }

  public let definitions: [Definition]
  /// What the set is called in outputs.
  public let source: String
  /// The SHA-256 of the file.
  public let sha256: String

  /// The set that comes with Credence: own work in the published form, made from WordNet, fitted to what the published results say about the original.
  public static func proposed() throws -> Self {
    try Self(
      Data((ProposedSuperclasses.text + "\n").utf8),
      source: "Credence's proposed superclasses (built in)")
  }

  /// Reads a file in the published form.
  ///
  /// - Throws: `FileError`; `ErrorAnalysisError.badEntry` naming the line.
  public init(contentsOf url: URL) throws {
    try self.init(MappedFile.bytes(of: url), source: url.relativePath)
  }

  /// Reads a file that is in memory.
  ///
  /// - Throws: `ErrorAnalysisError.badEntry` naming the line.
  public init(_ data: Data, source: String) throws(ErrorAnalysisError) {
    var definitions: [Definition] = []
    var lines: [String: Int] = [:]
    let decoder = JSONDecoder()
    for (index, line) in data.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { continue }
      func problem(_ text: String) -> ErrorAnalysisError {
        .badEntry(file: source, entry: "line \(index + 1)", problem: text)
      }
      guard let object = try? decoder.decode([String: [[String]]].self, from: Data(line)) else {
        throw problem("it is not of the form {\"name\": [[\"lemma\", …], …]}")
      }
      guard let entry = object.first, object.count == 1 else {
        throw problem("it has \(object.count) names; each line has one superclass")
      }
      guard !entry.value.isEmpty, entry.value.allSatisfy({ !$0.isEmpty }) else {
        throw problem("‘\(entry.key)’ has an empty list, which says nothing or everything")
      }
      if let earlier = lines.updateValue(index + 1, forKey: entry.key) {
        throw problem("‘\(entry.key)’ is defined in line \(earlier) already")
      }
      definitions.append(Definition(name: entry.key, alternatives: entry.value))
    }
    self.definitions = definitions
    self.source = source
    sha256 = AnalysisManifest.sha256(data)
  }
}

extension Superclasses {
  /// The superclasses of classes whose names in the hierarchy are known.
  ///
  /// - Parameters:
  ///   - definitions: The definitions.
  ///   - classes: The classes.
  ///   - ancestorNames: For each class, the names on all of its paths.
  /// - Throws: `ErrorAnalysisError` where a name stands twice.
  public init(
    _ definitions: SuperclassDefinitions, classes: ClassList, ancestorNames: [Set<String>]
  ) throws(ErrorAnalysisError) {
    precondition(ancestorNames.count == classes.count)
    try self.init(
      definitions: definitions.definitions.map { definition in
        (
          definition.name,
          (0..<Int32(classes.count)).filter { definition.holds(for: ancestorNames[Int($0)]) }
        )
      }, classes: classes, source: definitions.source)
  }

  /// Each class as a superclass of its own.
  public static func singletons(_ classes: ClassList) throws(ErrorAnalysisError) -> Self {
    try Self(definitions: [], classes: classes, source: "each class is one of its own")
  }
}
