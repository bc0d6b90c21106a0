/// How another program names the parameters of an architecture.
public struct NameMapping: Sendable {
  /// Where these names come from: `torchvision`.
  public let source: String
  /// The name here for a name there; `nil` for an entry that is to be ignored.
  public let translate: @Sendable (String) -> String?

  public init(_ source: String, _ translate: @escaping @Sendable (String) -> String?) {
    self.source = source
    self.translate = translate
  }
}
