import CredenceFiles
public import Foundation

extension DetectionPreset {
  /// Reads a benchmark of one's own, in the JSON form of this type.
  ///
  /// - Throws: `FileError.unreadable`; `malformed` with the key that is missing, unknown or of another type.
  public init(contentsOf file: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw FileError.unreadable(file: file.relativePath, reason: error.localizedDescription)
    }
    try self.init(json: data, file: file.relativePath)
  }

  /// Reads the JSON form.
  ///
  /// - Parameters:
  ///   - data: UTF-8 text.
  ///   - file: Its name in errors.
  /// - Throws: `FileError.malformed`.
  init(json data: Data, file: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch let error as DecodingError {
      throw FileError.malformed(
        file: file, format: "detection preset", problem: Self.problem(error))
    }
    if let problem {
      throw FileError.malformed(file: file, format: "detection preset", problem: problem)
    }
  }

  /// The JSON form, to be edited and read again.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// What makes the benchmark useless; `nil` where nothing does.
  private var problem: String? {
    let outliers = groups.flatMap(\.datasets)
    if inDistribution.name.isEmpty { return "‘inDistribution’ has no name" }
    if outliers.isEmpty { return "‘groups’ holds no data sets" }
    if (outliers + covariateShifted).contains(where: \.name.isEmpty) {
      return "a data set has an empty name"
    }
    let names = Dictionary(grouping: outliers, by: \.name)
    if let twice = names.first(where: { $0.value.count > 1 })?.key {
      return "‘groups’ holds ‘\(twice)’ twice"
    }
    return nil
  }

  private static func problem(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        .joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      let place = path(context)
      return "the key ‘\(key.stringValue)’ is missing" + (place.isEmpty ? "" : " in ‘\(place)’")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "‘\(path(context))’ has another type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      return context.debugDescription
    case .dataCorrupted: return "it is not JSON"
    @unknown default: return "it is not JSON"
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try KeyedValues<CodingKeys>(decoder)
    self.init(
      id: try values.required(.id), inDistribution: try values.required(.inDistribution),
      groups: try values.required(.groups))
    title = try values.value(.title, title)
    source = try values.value(.source, source)
    note = try values.value(.note, note)
    training = try values.value(.training, training)
    validation = try values.value(.validation, validation)
    validationOutliers = try values.value(.validationOutliers, validationOutliers)
    covariateShifted = try values.value(.covariateShifted, covariateShifted)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, title, source, note, inDistribution, training, validation, validationOutliers
    case covariateShifted, groups
  }
}

extension DetectionPreset.DataSet {
  public init(from decoder: any Decoder) throws {
    let values = try KeyedValues<CodingKeys>(decoder)
    self.init(
      try values.required(.name), aliases: try values.value(.aliases, []),
      split: try values.value(.split, ""), list: try values.value(.list, ""),
      root: try values.value(.root, ""))
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, aliases, split, list, root
  }
}

/// An object's values, of which some may be left out and none may be unknown.
private struct KeyedValues<Key: CodingKey & CaseIterable & RawRepresentable>
where Key.RawValue == String {
  private let container: KeyedDecodingContainer<Key>

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(_ decoder: any Decoder) throws {
    let known = Key.allCases.map(\.rawValue)
    let found = try decoder.container(keyedBy: AnyKey.self).allKeys.sorted {
      $0.stringValue < $1.stringValue
    }
    if let key = found.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [key],
          debugDescription:
            "the key ‘\(key.stringValue)’ is none of \(known.joined(separator: ", "))"
        ))
    }
    container = try decoder.container(keyedBy: Key.self)
  }

  func required<Value: Decodable>(_ key: Key) throws -> Value {
    try container.decode(Value.self, forKey: key)
  }

  func value<Value: Decodable>(_ key: Key, _ other: Value) throws -> Value {
    try container.decodeIfPresent(Value.self, forKey: key) ?? other
  }
}
