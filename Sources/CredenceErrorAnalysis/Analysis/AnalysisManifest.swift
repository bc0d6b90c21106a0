import CredenceFiles
public import Foundation

/// What a result was made from: the hash of every input, and the choices.
///
/// Results are used again only where both agree.
public struct AnalysisManifest: Codable, Hashable, Sendable {
  /// One input.
  public struct Entry: Codable, Hashable, Sendable {
    /// The input's id, as in `KnowledgeInput`.
    public var input: String
    /// The file, as the user named it, or what is built in.
    public var source: String
    /// The content's SHA-256 in hexadecimal digits.
    public var sha256: String

    public init(input: String, source: String, sha256: String) {
      self.input = input
      self.source = source
      self.sha256 = sha256
    }
  }

  /// The version of the rules: it grows when they give other results.
  public var rules = 1
  public var dataset: String
  public var entries: [Entry]
  /// Choices by name, such as `oov`: `skipped`.
  public var options: [String: String]

  public init(dataset: String, entries: [Entry] = [], options: [String: String] = [:]) {
    self.dataset = dataset
    self.entries = entries
    self.options = options
  }

  /// What differs from another manifest, by input and option; where files stand does not matter.
  public func differences(from other: Self) -> [String] {
    var names: Set<String> = []
    if rules != other.rules { names.insert("rules") }
    if dataset != other.dataset { names.insert("dataset") }
    let (mine, theirs) = (hashes, other.hashes)
    for key in Set(mine.keys).union(theirs.keys) where mine[key] != theirs[key] {
      names.insert(key)
    }
    for key in Set(options.keys).union(other.options.keys) where options[key] != other.options[key]
    {
      names.insert(key)
    }
    return names.sorted()
  }

  /// What both know and differs, by input and option; what only one of them knows is no conflict.
  public func conflicts(with other: Self) -> [String] {
    let mine = Set(entries.map(\.input)).union(options.keys)
    let theirs = Set(other.entries.map(\.input)).union(other.options.keys)
    let common = mine.intersection(theirs).union(["rules", "dataset"])
    return differences(from: other).filter { common.contains($0) }
  }

  private var hashes: [String: [String]] {
    Dictionary(grouping: entries, by: \.input).mapValues { $0.map(\.sha256) }
  }

  /// The hash of content.
  public static func sha256(_ data: Data) -> String {
    var digest = SHA256()
    digest.update(data)
    return digest.hexadecimal()
  }

  /// The manifest as JSON, the same for the same content.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
