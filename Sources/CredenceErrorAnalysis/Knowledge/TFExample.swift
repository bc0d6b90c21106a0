import CredenceFiles
import Foundation

/// A `tf.train.Example`: named lists of bytes or integers, in the wire format of protocol buffers.
///
/// `Example { Features features = 1; }`, `Features { map<string, Feature> feature = 1; }`,
/// `Feature { oneof { BytesList bytes_list = 1; FloatList float_list = 2; Int64List int64_list = 3; } }`, each list with `repeated … value = 1`.
struct TFExample {
  /// A feature's values.
  enum Feature: Hashable {
    case bytes([Data])
    /// Present, but of numbers that are not read.
    case floats
    case integers([Int])
    case empty
  }

  private(set) var features: [String: Feature] = [:]

  /// - Parameter name: What the example is called in errors, such as `record 3`.
  /// - Throws: `FileError.malformed`.
  init(_ data: Data, file: String, name: String) throws(FileError) {
    let context = (file, name)
    for field in try ProtobufFields(data, context).fields where field.number == 1 {
      let features = try field.message(context)
      for entry in try ProtobufFields(features, context).fields where entry.number == 1 {
        var key: String?
        var value = Feature.empty
        for part in try ProtobufFields(try entry.message(context), context).fields {
          let content = try part.message(context)
          switch part.number {
          case 1: key = String(validating: content, as: UTF8.self)
          case 2: value = try Self.feature(content, context)
          default: break
          }
        }
        guard let key else { throw ProtobufFields.problem("a feature has no name", context) }
        guard self.features.updateValue(value, forKey: key) == nil else {
          throw ProtobufFields.problem("the feature ‘\(key)’ stands there twice", context)
        }
      }
    }
  }

  private static func feature(
    _ data: Data, _ context: (String, String)
  ) throws(FileError) -> Feature {
    var feature = Feature.empty
    for field in try ProtobufFields(data, context).fields {
      let list = try field.message(context)
      switch field.number {
      case 1:
        var values: [Data] = []
        for value in try ProtobufFields(list, context).fields where value.number == 1 {
          values.append(try value.message(context))
        }
        feature = .bytes(values)
      case 2: feature = .floats
      case 3:
        var values: [Int] = []
        for value in try ProtobufFields(list, context).fields where value.number == 1 {
          switch value.content {
          case .number(let number): values.append(Int(truncatingIfNeeded: number))
          case .bytes(let packed):
            var reader = ProtobufReader(packed, context)
            while !reader.isAtEnd {
              values.append(Int(truncatingIfNeeded: try reader.number()))
            }
          }
        }
        feature = .integers(values)
      default: break
      }
    }
    return feature
  }

  /// The integers of a feature; none where the list is empty or absent, `nil` where it holds something else.
  func integers(_ name: String) -> [Int]? {
    switch features[name] ?? .empty {
    case .integers(let values): values
    case .empty: []
    case .bytes, .floats: nil
    }
  }

  /// The only text of a feature; `nil` where there is none.
  func text(_ name: String) -> String? {
    guard case .bytes(let values) = features[name], values.count == 1 else { return nil }
    return String(validating: values[0], as: UTF8.self)
  }
}

/// The fields of a message, in order.
struct ProtobufFields {
  struct Field {
    enum Content {
      case number(UInt64)
      case bytes(Data)
    }

    let number: UInt64
    let content: Content

    /// The bytes of a field that must hold some.
    func message(_ context: (String, String)) throws(FileError) -> Data {
      guard case .bytes(let data) = content else {
        throw ProtobufFields.problem("the field \(number) is a number", context)
      }
      return data
    }
  }

  private(set) var fields: [Field] = []

  init(_ data: Data, _ context: (String, String)) throws(FileError) {
    var reader = ProtobufReader(data, context)
    while !reader.isAtEnd {
      let tag = try reader.number()
      guard tag >> 3 > 0 else { throw Self.problem("a field has the number 0", context) }
      switch tag & 7 {
      case 0:
        fields.append(Field(number: tag >> 3, content: .number(try reader.number())))
      case 1: _ = try reader.bytes(8)
      case 2:
        let length = try reader.number()
        fields.append(Field(number: tag >> 3, content: .bytes(try reader.bytes(length))))
      case 5: _ = try reader.bytes(4)
      default: throw Self.problem("a field is of the unknown kind \(tag & 7)", context)
      }
    }
  }

  static func problem(_ text: String, _ context: (String, String)) -> FileError {
    .malformed(file: context.0, format: "TFRecord", problem: "in \(context.1), \(text)")
  }
}

/// Walks over the numbers and bytes of a message.
struct ProtobufReader {
  private let data: Data
  private var position: Int
  private let context: (String, String)

  init(_ data: Data, _ context: (String, String)) {
    self.data = data
    position = data.startIndex
    self.context = context
  }

  var isAtEnd: Bool { position == data.endIndex }

  /// A number in groups of seven bits, the lowest first.
  mutating func number() throws(FileError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < data.endIndex else {
        throw ProtobufFields.problem("a number is cut short", context)
      }
      let byte = data[position]
      position += 1
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw ProtobufFields.problem("a number has more than 64 bits", context)
  }

  mutating func bytes(_ count: UInt64) throws(FileError) -> Data {
    guard count <= UInt64(data.endIndex - position) else {
      throw ProtobufFields.problem(
        "a field of \(count) bytes is longer than what is left", context)
    }
    defer { position += Int(count) }
    return data[position..<position + Int(count)]
  }
}
