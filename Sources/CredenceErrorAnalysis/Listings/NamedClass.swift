/// A class as listings name it.
public struct NamedClass: Codable, Hashable, Sendable {
  /// Its number, from 0.
  public var index: Int
  /// Its identifier, such as `n01440764`.
  public var id: String
  /// Its names.
  public var description: String

  public init(_ index: Int32, of classes: ClassList) {
    self.index = Int(index)
    id = classes.ids[Int(index)]
    description = classes.descriptions[Int(index)]
  }

  /// The published form: `271, n02114712: red wolf, maned wolf`.
  public var text: String { "\(index), \(id): \(description)" }
}
