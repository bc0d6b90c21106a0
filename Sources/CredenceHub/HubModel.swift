import CredenceFiles
import Foundation

/// A model on a hub by its name, such as `timm/resnet50.a1_in1k` or `timm/resnet50.a1_in1k@v1.0`.
public struct HubModel: Hashable, Sendable, CustomStringConvertible {
  /// Owner and name; old models have no owner.
  public let name: String
  /// A branch, a tag or a commit.
  public let revision: String

  /// The branch that is meant where none is named.
  public static let defaultRevision = "main"

  /// What timm and other programs put before such names.
  public static let prefixes = ["hf-hub:", "hf_hub:", "hf://"]

  /// Understands a name.
  ///
  /// - Throws: `HubError.badName`.
  public init(_ text: String) throws(HubError) {
    var rest = text[...]
    if let prefix = Self.prefixes.first(where: { rest.hasPrefix($0) }) {
      rest = rest.dropFirst(prefix.count)
    }
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let name = parts.first else {
      throw .badName(text: text, problem: "it has more than one ‘@’")
    }
    let revision = parts.count == 2 ? parts[1] : Self.defaultRevision
    let components = name.split(separator: "/", omittingEmptySubsequences: false)
    guard components.count <= 2, name.utf8.count <= 96, components.allSatisfy(Self.isComponent),
      !name.contains("--"), !name.hasSuffix(".git")
    else {
      throw .badName(text: text, problem: "the name has characters or a form that no name has")
    }
    // A revision becomes a path in the cache.
    guard !revision.isEmpty, revision.utf8.count <= 200, ZIP.nameProblem(revision) == nil,
      revision.utf8.allSatisfy({ Self.isLetter($0) || $0 == UInt8(ascii: "/") }),
      !revision.hasSuffix("/"), !revision.contains("//"), !revision.hasSuffix(".lock")
    else {
      throw .badName(text: text, problem: "the revision has characters or a form that none has")
    }
    self.name = name
    self.revision = revision
  }

  private static func isComponent(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    let edges = [UInt8(ascii: "."), UInt8(ascii: "-")]
    return !edges.contains(first) && !edges.contains(last) && !text.contains("..")
      && text.utf8.allSatisfy(isLetter)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Whether the revision is a commit in full, which never changes.
  var isPinned: Bool { Self.isCommit(revision) }

  /// Whether a text is the name of a commit: 40 hexadecimal digits.
  static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  public var description: String {
    revision == Self.defaultRevision ? name : "\(name)@\(revision)"
  }
}
