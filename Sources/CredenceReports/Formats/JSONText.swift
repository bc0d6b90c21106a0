import Foundation

/// The conventions of every JSON text that Credence writes.
enum JSONText {
  static func encode(_ value: some Encodable, isPretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let data = try encoder.encode(value)
    return String(decoding: isPretty ? laidOut([UInt8](data)) : [UInt8](data), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data, schema: String) throws
    -> Value
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      let found = try decoder.decode(Schema.self, from: data).schema
      guard found == schema else {
        throw ReportError.unreadable("its schema is ‘\(found)’, not ‘\(schema)’")
      }
      return try decoder.decode(type, from: data)
    } catch let error as DecodingError {
      throw ReportError.unreadable(Self.reason(error))
    }
  }

  private struct Schema: Decodable {
    let schema: String
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "the key ‘\(key.stringValue)’ is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "‘\(context.codingPath.map(\.stringValue).joined(separator: "."))’ has another type"
    case .dataCorrupted: "it is not JSON"
    @unknown default: "it is not JSON"
    }
  }

  /// Gives compact JSON a line per value, two blanks per level; an array of plain values stays on one line.
  private static func laidOut(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(2 * json.count)
    var depth = 0
    // Where an array of plain values ends, while inside one.
    var inlineEnd = -1
    var isInString = false
    var isEscaped = false
    func lineBreak() {
      result.append(0x0A)
      result.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }
    for (index, byte) in json.enumerated() {
      if isInString {
        result.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInString = true
        result.append(byte)
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        result.append(byte)
        inlineEnd = endOfPlainContainer(json, from: index)
        guard inlineEnd < 0 else { continue }
        depth += 1
        lineBreak()
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if index == inlineEnd {
          inlineEnd = -1
        } else {
          depth -= 1
          lineBreak()
        }
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        if inlineEnd < 0 { lineBreak() } else { result.append(0x20) }
      case UInt8(ascii: ":"):
        result.append(contentsOf: [byte, 0x20])
      default: result.append(byte)
      }
    }
    result.append(0x0A)
    return result
  }

  /// Where the container that begins at an index ends, if it is empty or an array without containers and texts; else −1.
  private static func endOfPlainContainer(_ json: [UInt8], from start: Int) -> Int {
    guard start + 1 < json.count else { return -1 }
    if json[start] == UInt8(ascii: "{") {
      return json[start + 1] == UInt8(ascii: "}") ? start + 1 : -1
    }
    let end = json[(start + 1)...].firstIndex { byte in
      byte == UInt8(ascii: "]") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
        || byte == UInt8(ascii: "\"")
    }
    guard let end, json[end] == UInt8(ascii: "]") else { return -1 }
    return end
  }
}
