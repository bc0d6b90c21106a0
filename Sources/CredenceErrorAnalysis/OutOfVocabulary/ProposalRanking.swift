import Foundation

/// What an image may show, best first: names of classes and of things that are no class.
public struct ProposalRanking: Hashable, Sendable {
  /// A name and how well it fits.
  public struct Entry: Hashable, Sendable {
    /// The concept's offset in WordNet, or its number in a hierarchy of the user's own.
    public let concept: Int
    /// The name in lower case, with spaces.
    public let name: String
    /// From 0 to 1; the probabilities of all proposals sum to 1.
    public let probability: Float

    public init(concept: Int, name: String, probability: Float) {
      self.concept = concept
      self.name = name
      self.probability = probability
    }
  }

  /// The five best, or all where there are fewer; equal ones in the order of the proposals.
  public let best: [Entry]
  /// The number of proposals.
  public let count: Int

  public init(best: [Entry], count: Int) {
    self.best = best
    self.count = count
  }

  /// The published text, a Python list of tuples.
  public var publishedText: String {
    let entries = best.map { entry in
      "(\(entry.concept), \(Self.quoted(entry.name)), '\(Self.percent(entry.probability))')"
    }
    return "Top-5 alternative proposals: [\(entries.joined(separator: ", "))] | out of \(count)"
  }

  /// A probability as published, such as `12.34%`.
  public static func percent(_ probability: Float) -> String {
    String(format: "%.2f%%", Double(100 * probability))
  }

  /// Text as Python writes it: in double quotes where it has an apostrophe and no double quote.
  private static func quoted(_ text: String) -> String {
    let escaped = text.replacingOccurrences(of: "\\", with: "\\\\")
    if text.contains("'"), !text.contains("\"") { return "\"\(escaped)\"" }
    return "'\(escaped.replacingOccurrences(of: "'", with: "\\'"))'"
  }
}
