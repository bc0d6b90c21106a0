public import Foundation

/// The tensors of a small safetensors file, read without the library under test.
public struct GoldenTensors: Sendable {
  /// The names of all tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  private let entries: [String: Entry]
  private let data: Data

  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case dataOffsets = "data_offsets"
    }
  }

  /// Why a golden file cannot be used.
  public enum Failure: Error {
    case missing(String)
    case type(String, found: String)
  }

  public init(_ data: Data) throws {
    let headerSize = data.prefix(8).enumerated().reduce(0) {
      $0 | Int($1.element) << (8 * $1.offset)
    }
    let header = data.dropFirst(8).prefix(headerSize)
    let values = try JSONDecoder().decode([String: FailableEntry].self, from: header)
    entries = values.compactMapValues(\.entry)
    self.data = data.dropFirst(8 + headerSize)
  }

  /// `__metadata__` has another form than the tensors and is passed over.
  private struct FailableEntry: Decodable {
    let entry: Entry?
    init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
  }

  public func contains(_ name: String) -> Bool { entries[name] != nil }

  public func shape(_ name: String) throws -> [Int] { try entry(name).shape }

  public func floats(_ name: String) throws -> [Float] {
    try integers(name, dtype: "F32", as: UInt32.self).map { Float(bitPattern: $0) }
  }

  public func doubles(_ name: String) throws -> [Double] {
    try integers(name, dtype: "F64", as: UInt64.self).map { Double(bitPattern: $0) }
  }

  public func int64s(_ name: String) throws -> [Int64] {
    try integers(name, dtype: "I64", as: Int64.self)
  }

  public func bytes(_ name: String) throws -> [UInt8] {
    try integers(name, dtype: "U8", as: UInt8.self)
  }

  private func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw Failure.missing(name) }
    return entry
  }

  private func integers<Value: FixedWidthInteger>(
    _ name: String, dtype: String, as type: Value.Type
  ) throws -> [Value] {
    let entry = try entry(name)
    guard entry.dtype == dtype else { throw Failure.type(name, found: entry.dtype) }
    let slice = Data(
      data.dropFirst(entry.dataOffsets[0]).prefix(entry.dataOffsets[1] - entry.dataOffsets[0]))
    let size = MemoryLayout<Value>.size
    return slice.withUnsafeBytes { raw in
      (0..<raw.count / size).map {
        Value(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Value.self))
      }
    }
  }
}

extension GoldenSet {
  /// The tensors of a safetensors file of the set.
  public func tensors(_ file: String) throws -> GoldenTensors { try GoldenTensors(data(file)) }
}
