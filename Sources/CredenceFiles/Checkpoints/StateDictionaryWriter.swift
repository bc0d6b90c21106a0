package import Foundation

/// Writes named tensors as `torch.save` writes a state dictionary: a ZIP archive of a pickle and one part for each tensor's numbers.
///
/// `torch.load` reads it, also with `weights_only=True`. Parts are aligned, so that it can map them.
package enum StateDictionaryWriter {
  /// Writes tensors in the given order; the file appears when it is complete.
  ///
  /// - Parameters:
  ///   - arrays: Row-major tensors of types that PyTorch has.
  ///   - url: The file.
  /// - Throws: `FileError.unwritable`.
  package static func write(_ arrays: [OutgoingArray], to url: URL) throws {
    var pickle = PickleWriter()
    pickle.beginOrderedDictionary()
    for (number, array) in arrays.enumerated() {
      pickle.append(array.name)
      pickle.appendTensor(array, storage: try storage(of: array, url), key: String(number))
    }
    pickle.endOrderedDictionary()
    try write(pickle, arrays, to: url)
  }

  /// Writes a tensor by itself, as `torch.save(tensor, path)` does.
  ///
  /// - Parameters:
  ///   - array: A row-major tensor of a type that PyTorch has; its name is not stored.
  ///   - url: The file.
  /// - Throws: `FileError.unwritable`.
  package static func write(tensor array: OutgoingArray, to url: URL) throws {
    var pickle = PickleWriter()
    pickle.appendTensor(array, storage: try storage(of: array, url), key: "0")
    pickle.end()
    try write(pickle, [array], to: url)
  }

  private static func storage(of array: OutgoingArray, _ url: URL) throws -> String {
    guard let storage = storageNames[array.element] else {
      throw FileError.unwritable(
        file: url.relativePath,
        reason: "PyTorch has no storage for ‘\(array.name)’ of type \(array.element).")
    }
    return storage
  }

  private static func write(
    _ pickle: PickleWriter, _ arrays: [OutgoingArray], to url: URL
  ) throws {
    var archive = try ZIPWriter(url)
    let folder = url.deletingPathExtension().lastPathComponent
    func add(_ name: String, _ bytes: Data) throws {
      try archive.add("\(folder)/\(name)", size: bytes.count) { try $0(bytes) }
    }
    try add("data.pkl", pickle.bytes)
    try add("byteorder", Data("little".utf8))
    for (number, array) in arrays.enumerated() {
      try archive.add(
        "\(folder)/data/\(number)", size: array.byteCount, array.forEachPiece)
    }
    try add("version", Data("3\n".utf8))
    try archive.finish()
  }

  private static let storageNames: [StoredArray.Element: String] = [
    .float16: "HalfStorage", .bfloat16: "BFloat16Storage", .float32: "FloatStorage",
    .float64: "DoubleStorage", .int8: "CharStorage", .int16: "ShortStorage",
    .int32: "IntStorage", .int64: "LongStorage", .uint8: "ByteStorage", .bool: "BoolStorage",
  ]
}

/// The few instructions of Python's pickle, protocol 2, that a state dictionary needs.
private struct PickleWriter {
  private(set) var bytes = Data([0x80, 2])

  /// An empty `OrderedDict`, and the mark before its entries.
  mutating func beginOrderedDictionary() {
    appendEmptyOrderedDictionary()
    instruct("(")
  }

  /// Sets the entries since the mark, and ends the pickle.
  mutating func endOrderedDictionary() { instruct("u.") }

  /// Ends the pickle of a single value.
  mutating func end() { instruct(".") }

  /// A text.
  mutating func append(_ text: String) {
    instruct("X")
    append(bytesOf: UInt32(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// A tensor over the whole of the storage with a key.
  mutating func appendTensor(_ array: OutgoingArray, storage: String, key: String) {
    appendGlobal("torch._utils", "_rebuild_tensor_v2")
    instruct("((")
    append("storage")
    appendGlobal("torch", storage)
    append(key)
    append("cpu")
    append(array.shape.reduce(1, *))
    // The storage's tuple, by which the reader finds it.
    instruct("tQ")
    append(0)
    append(array.shape)
    var strides: [Int] = []
    var step = 1
    for length in array.shape.reversed() {
      strides.append(step)
      step *= max(1, length)
    }
    append(strides.reversed())
    // No gradient.
    instruct("\u{89}")
    // No hooks.
    appendEmptyOrderedDictionary()
    instruct("tR")
  }

  private mutating func append(_ number: Int) {
    if let small = Int32(exactly: number) {
      instruct("J")
      append(bytesOf: small)
    } else {
      // Eight bytes, of which a size needs fewer.
      instruct("\u{8a}\u{8}")
      append(bytesOf: Int64(number))
    }
  }

  private mutating func append(_ numbers: [Int]) {
    instruct("(")
    for number in numbers { append(number) }
    instruct("t")
  }

  private mutating func appendGlobal(_ module: String, _ name: String) {
    bytes.append(contentsOf: "c\(module)\n\(name)\n".utf8)
  }

  private mutating func appendEmptyOrderedDictionary() {
    appendGlobal("collections", "OrderedDict")
    instruct(")R")
  }

  private mutating func append(bytesOf value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Instructions of one byte each.
  private mutating func instruct(_ codes: String) {
    bytes.append(contentsOf: codes.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
  }
}
