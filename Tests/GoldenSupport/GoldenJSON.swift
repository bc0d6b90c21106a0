import Foundation

/// A JSON value of a golden file; the texts "nan", "inf" and "-inf" stand for those numbers.
public enum GoldenJSON: Decodable, Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case array([GoldenJSON])
  case object([String: GoldenJSON])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      switch value {
      case "nan": self = .number(.nan)
      case "inf": self = .number(.infinity)
      case "-inf": self = .number(-.infinity)
      default: self = .text(value)
      }
    } else if let value = try? container.decode([GoldenJSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: GoldenJSON].self))
    }
  }

  /// The member of an object, or `nil`.
  public subscript(key: String) -> GoldenJSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  public var number: Double? { if case .number(let value) = self { value } else { nil } }

  public var text: String? { if case .text(let value) = self { value } else { nil } }

  public var array: [GoldenJSON]? { if case .array(let values) = self { values } else { nil } }

  /// The members in order of their keys; empty for anything but an object.
  public var members: [(key: String, value: GoldenJSON)] {
    guard case .object(let members) = self else { return [] }
    return members.sorted { $0.key < $1.key }
  }

  /// The name of the exception in `{"error": NAME}`.
  public var error: String? { self["error"]?.text }
}

extension GoldenSet {
  /// The parsed content of a JSON file of the set.
  public func json(_ file: String) throws -> GoldenJSON {
    try JSONDecoder().decode(GoldenJSON.self, from: data(file))
  }
}
