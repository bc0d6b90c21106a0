import CredencePredictions
public import Foundation

extension Policy {
  /// The policy as JSON with sorted keys; infinite quantiles are written as the text `inf`.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self)
  }

  /// A policy from its file.
  ///
  /// - Throws: `CalibrationError` as `init(json:)`; `FileError.unreadable` for a file that can't be read.
  public init(contentsOf url: URL) throws {
    try self.init(json: MappedFile.bytes(of: url))
  }

  /// A policy from JSON, fully checked.
  ///
  /// - Throws: `CalibrationError.malformedPolicy` naming the key, `unknownKey`, `unknownKind` or `unsupportedSchema`.
  public init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(Policy.self, from: json)
    } catch let error as DecodingError {
      throw CalibrationError(error)
    }
    // Whatever a policy understands, it writes again; every other key of the file is unknown.
    let given = try JSONSerialization.jsonObject(with: json)
    let understood = try JSONSerialization.jsonObject(with: self.json())
    if let key = Self.firstUnknownKey(in: given, beside: understood, path: "") {
      throw CalibrationError.unknownKey(key)
    }
  }

  private static func firstUnknownKey(in given: Any, beside understood: Any, path: String)
    -> String?
  {
    if let given = given as? [Any], let understood = understood as? [Any] {
      return zip(given, understood).lazy.enumerated().compactMap { index, pair in
        firstUnknownKey(in: pair.0, beside: pair.1, path: path + ".\(index)")
      }.first
    }
    guard let given = given as? [String: Any], let understood = understood as? [String: Any]
    else { return nil }
    for key in given.keys.sorted() {
      let place = path.isEmpty ? key : path + "." + key
      guard let value = given[key], let other = understood[key] else { return place }
      if let found = firstUnknownKey(in: value, beside: other, path: place) { return found }
    }
    return nil
  }
}

extension CalibrationError {
  /// Tells in the words of a policy why JSON can't be decoded.
  fileprivate init(_ error: DecodingError) {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case .keyNotFound(let key, let context):
      self = .malformedPolicy(key: name(context.codingPath + [key]), reason: "is missing")
    case .typeMismatch(let type, let context):
      self = .malformedPolicy(
        key: name(context.codingPath), reason: "is not of the type \(type)")
    case .valueNotFound(_, let context):
      self = .malformedPolicy(key: name(context.codingPath), reason: "has no value")
    case .dataCorrupted(let context):
      self = .malformedPolicy(
        key: name(context.codingPath),
        reason: context.codingPath.isEmpty
          ? "it is not valid JSON" : "has a value that is not allowed"
      )
    @unknown default:
      self = .malformedPolicy(key: "", reason: "\(error)")
    }
  }
}
