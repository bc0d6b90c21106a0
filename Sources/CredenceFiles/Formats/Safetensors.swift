public import Foundation

/// A safetensors file: a JSON header that names each tensor, then the numbers.
///
/// The tensors are slices of the mapped file. Every size, offset and name is checked before any of them is handed out.
///
/// - Note: The format is described at huggingface.co/docs/safetensors; as there, tensors may neither overlap nor leave
///   bytes unused.
public struct Safetensors: Sendable {
  /// The tensors' names in the order of their bytes.
  public let names: [String]
  /// What the file says about itself.
  public let metadata: [String: String]
  private let arrays: [String: StoredArray]

  /// The largest header that is read, in bytes, as in the format's own library.
  static let largestHeader = 100_000_000

  /// Maps a file.
  ///
  /// - Throws: `FileError` for a file that can't be opened or is no correct safetensors file.
  public init(contentsOf url: URL) throws {
    try self.init(MappedFile.bytes(of: url), file: url.relativePath)
  }

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Throws: `FileError`.
  public init(_ data: Data, file: String) throws {
    guard data.count >= 8 else {
      throw FileError.truncated(
        file: file, what: "the header's length", expected: 8, found: data.count)
    }
    let length = data.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length <= Self.largestHeader else {
      throw FileError.malformed(
        file: file, format: "safetensors",
        problem: "its first eight bytes promise a header of \(length) bytes; "
          + "the largest allowed is \(Self.largestHeader)")
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= data.count else {
      throw FileError.truncated(
        file: file, what: "the header", expected: dataStart, found: data.count)
    }
    let base = data.startIndex
    let header: Header
    do {
      header = try Header([UInt8](data[base + 8..<base + dataStart]))
    } catch {
      throw FileError.malformed(file: file, format: "safetensors", problem: error.text)
    }

    let available = data.count - dataStart
    var arrays: [String: StoredArray] = [:]
    var names: [String] = []
    var end = 0
    // Empty tensors come before the one that starts at the same byte.
    let ordered = header.tensors.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    for tensor in ordered {
      func malformed(_ problem: String) -> FileError {
        .malformed(
          file: file, format: "safetensors", problem: "tensor ‘\(tensor.name)’ \(problem)")
      }
      guard let element = StoredArray.Element(safetensors: tensor.type) else {
        throw FileError.unsupported(
          file: file, what: "the tensor ‘\(tensor.name)’ of type \(tensor.type)",
          instead: "Convert it to F16, BF16, F32, F64 or an integer type, or leave it out.")
      }
      guard tensor.start <= tensor.end else {
        throw malformed("starts at byte \(tensor.start) and ends before, at \(tensor.end)")
      }
      guard let size = StoredArray.byteCount(shape: tensor.shape, element: element) else {
        throw malformed("has the shape \(tensor.shape), which no memory can hold")
      }
      guard size == tensor.end - tensor.start else {
        throw malformed(
          "has the shape \(tensor.shape) of \(tensor.type), which takes \(size) bytes, "
            + "but its offsets span \(tensor.end - tensor.start)")
      }
      guard tensor.start >= end else {
        throw malformed("overlaps the tensor ‘\(names.last ?? "")’")
      }
      guard tensor.start == end else {
        throw malformed("leaves \(tensor.start - end) unused bytes before it")
      }
      guard tensor.end <= available else {
        throw FileError.truncated(
          file: file, what: "tensor ‘\(tensor.name)’", expected: dataStart + tensor.end,
          found: data.count)
      }
      end = tensor.end
      names.append(tensor.name)
      arrays[tensor.name] = StoredArray(
        shape: tensor.shape, element: element,
        bytes: data[base + dataStart + tensor.start..<base + dataStart + tensor.end])
    }
    guard end == available else {
      throw FileError.malformed(
        file: file, format: "safetensors",
        problem: "\(available - end) bytes follow after its last tensor")
    }
    self.names = names
    self.arrays = arrays
    metadata = header.metadata
  }

  /// The tensor of a name.
  public subscript(name: String) -> StoredArray? { arrays[name] }
}

extension Safetensors {
  /// The JSON header, as it stands.
  private struct Header {
    struct Tensor {
      var name: String
      var type = ""
      var shape: [Int] = []
      var start = 0
      var end = 0
    }

    var tensors: [Tensor] = []
    var metadata: [String: String] = [:]

    init(_ bytes: [UInt8]) throws(HeaderText.Problem) {
      var text = HeaderText(bytes)
      var names: Set<String> = []
      try text.expect("{")
      var isFirst = true
      while !text.take("}") {
        if !isFirst { try text.expect(",") }
        isFirst = false
        let name = try text.jsonString()
        try text.expect(":")
        guard names.insert(name).inserted else {
          throw HeaderText.Problem(text: "two tensors are called ‘\(name)’")
        }
        if name == "__metadata__" {
          try readMetadata(&text)
        } else {
          tensors.append(try Self.readTensor(name, &text))
        }
      }
      try text.expectEnd()
    }

    private mutating func readMetadata(_ text: inout HeaderText) throws(HeaderText.Problem) {
      try text.expect("{")
      var isFirst = true
      while !text.take("}") {
        if !isFirst { try text.expect(",") }
        isFirst = false
        let key = try text.jsonString()
        try text.expect(":")
        guard metadata.updateValue(try text.jsonString(), forKey: key) == nil else {
          throw HeaderText.Problem(text: "its metadata has ‘\(key)’ twice")
        }
      }
    }

    private static func readTensor(
      _ name: String, _ text: inout HeaderText
    ) throws(HeaderText.Problem) -> Tensor {
      var tensor = Tensor(name: name)
      var keys: Set<String> = []
      try text.expect("{")
      while !text.take("}") {
        if !keys.isEmpty { try text.expect(",") }
        let key = try text.jsonString()
        try text.expect(":")
        guard keys.insert(key).inserted else {
          throw HeaderText.Problem(text: "tensor ‘\(name)’ has ‘\(key)’ twice")
        }
        switch key {
        case "dtype": tensor.type = try text.jsonString()
        case "shape": tensor.shape = try text.naturals("[", "]", trailingComma: false)
        case "data_offsets":
          let offsets = try text.naturals("[", "]", trailingComma: false)
          guard offsets.count == 2 else {
            throw HeaderText.Problem(
              text: "tensor ‘\(name)’ has \(offsets.count) data offsets instead of 2")
          }
          (tensor.start, tensor.end) = (offsets[0], offsets[1])
        default:
          throw HeaderText.Problem(text: "tensor ‘\(name)’ has an unknown property ‘\(key)’")
        }
      }
      guard keys.count == 3 else {
        throw HeaderText.Problem(
          text: "tensor ‘\(name)’ lacks one of ‘dtype’, ‘shape’ and ‘data_offsets’")
      }
      return tensor
    }
  }
}

extension StoredArray.Element {
  /// The format with a name as in safetensors headers; `nil` for those that are not read.
  init?(safetensors name: String) {
    guard let element = Self.safetensorsNames.first(where: { $0.value == name })?.key else {
      return nil
    }
    self = element
  }

  /// The names of the formats in safetensors headers.
  package static let safetensorsNames: [Self: String] = [
    .float64: "F64", .float32: "F32", .float16: "F16", .bfloat16: "BF16",
    .int64: "I64", .int32: "I32", .int16: "I16", .int8: "I8",
    .uint64: "U64", .uint32: "U32", .uint16: "U16", .uint8: "U8", .bool: "BOOL",
  ]
}
