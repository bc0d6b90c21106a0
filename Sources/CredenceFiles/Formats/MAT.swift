public import Foundation

/// Numeric arrays in a file of MATLAB 5 to 7, as `save -v7` and SciPy's `savemat` write it.
///
/// The file is a row of elements, each with its type and length; compressed ones are zlib streams of one element. Arrays of numbers are
/// read; cells, structures, text and sparse arrays are passed over. Version 7.3 is HDF5, which is not read.
///
/// ```swift
/// let file = try MAT(contentsOf: URL(fileURLWithPath: "test_32x32.mat"))
/// let images = try file.array("X")
/// ```
///
/// - Note: MathWorks, *MAT-File Format*.
public struct MAT: Sendable {
  /// The names of the numeric arrays, in the order of the file.
  public var names: [String] { variables.map(\.name) }
  private let variables: [Variable]
  private let data: Data
  private let file: String
  private let isBigEndian: Bool

  /// An array that is not read yet.
  private struct Variable: Sendable {
    let name: String
    let element: Range<Int>
    let isCompressed: Bool
  }

  /// The most that is read of a compressed array to learn its name.
  private static let headSize = 2048
  private static let headerSize = 128
  /// DEFLATE can't shrink more than this.
  private static let greatestShrinkage = 1040
  private static let greatestRank = 32

  /// Maps a file.
  ///
  /// - Throws: `FileError`.
  public init(contentsOf url: URL) throws(FileError) {
    try self.init(MappedFile.bytes(of: url), file: url.relativePath)
  }

  /// Reads the index of a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Throws: `FileError`.
  public init(_ data: Data, file: String) throws(FileError) {
    let header = [UInt8](data.prefix(Self.headerSize))
    guard header.count == Self.headerSize else {
      throw .truncated(
        file: file, what: "its header", expected: Self.headerSize, found: header.count)
    }
    if header.starts(with: "MATLAB 7.3".utf8) {
      throw .unsupported(
        file: file, what: "a MATLAB file of version 7.3, which is HDF5",
        instead: "Save it by save(…, '-v7').")
    }
    switch (header[126], header[127]) {
    case (UInt8(ascii: "I"), UInt8(ascii: "M")): isBigEndian = false
    case (UInt8(ascii: "M"), UInt8(ascii: "I")): isBigEndian = true
    default: throw Self.malformed(file, "its header does not end with the mark of that format")
    }
    guard header[isBigEndian ? 124 : 125] == 1 else {
      throw Self.malformed(file, "its header has an unknown version")
    }
    self.data = data
    self.file = file
    let isBigEndian = isBigEndian
    let result = data.withUnsafeBytes { bytes in
      Result { () throws(FileError) in try Self.variables(bytes, isBigEndian, file) }
    }
    variables = try result.get()
  }

  /// The numbers of an array, the first dimension changing fastest; `nil` where no array has the name.
  ///
  /// The element type is that of the stored numbers, which may be narrower than that in MATLAB.
  ///
  /// - Throws: `FileError` for damaged data, `unsupported` for complex numbers.
  public func array(_ name: String) throws -> StoredArray? {
    guard let variable = variables.last(where: { $0.name == name }) else { return nil }
    let start = data.startIndex + variable.element.lowerBound
    let stored = data[start..<start + variable.element.count]
    return try matrix(variable.isCompressed ? inflated(stored) : stored, name)
  }

  // MARK: Elements

  /// An element's type, and where its content stands.
  private struct Element {
    let type: UInt32
    let content: Range<Int>
    /// Where the next element begins.
    let end: Int
  }

  private enum ElementType {
    static let int32: UInt32 = 5
    static let uint32: UInt32 = 6
    static let matrix: UInt32 = 14
    static let compressed: UInt32 = 15
  }

  /// The element at a position; `nil` where its tag is cut short.
  private static func element(
    _ bytes: UnsafeRawBufferPointer, at position: Int, _ isBigEndian: Bool
  ) -> Element? {
    guard position >= 0, bytes.count - position >= 8 else { return nil }
    let first = word(bytes, position, isBigEndian)
    if first >> 16 != 0 {
      // Type and length share a word, and up to four bytes of content follow.
      let size = Int(first >> 16)
      guard size <= 4 else { return nil }
      return Element(
        type: first & 0xffff, content: position + 4..<position + 4 + size, end: position + 8)
    }
    let size = Int(word(bytes, position + 4, isBigEndian))
    let start = position + 8
    let padding = first == ElementType.compressed ? 0 : (8 - size % 8) % 8
    return Element(type: first, content: start..<start + size, end: start + size + padding)
  }

  private static func word(
    _ bytes: UnsafeRawBufferPointer, _ position: Int, _ isBigEndian: Bool
  ) -> UInt32 {
    let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
  }

  private static func variables(
    _ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool, _ file: String
  ) throws(FileError) -> [Variable] {
    var variables: [Variable] = []
    var position = headerSize
    while position < bytes.count {
      guard let element = element(bytes, at: position, isBigEndian) else {
        throw malformed(file, "the part at byte \(position) is damaged")
      }
      guard element.content.upperBound <= bytes.count else {
        throw .truncated(
          file: file, what: "the part at byte \(position)", expected: element.content.upperBound,
          found: bytes.count)
      }
      let content = UnsafeRawBufferPointer(rebasing: bytes[element.content])
      switch element.type {
      case ElementType.matrix:
        if let head = try head(content, isBigEndian, file), head.isNumeric {
          variables.append(
            Variable(name: head.name, element: element.content, isCompressed: false))
        }
      case ElementType.compressed:
        let start = try deflated(content, file)
        let inner = [UInt8](unsafeUninitializedCapacity: headSize) { output, filled in
          output.initialize(repeating: 0)
          filled =
            (try? Inflate.decompress(
              start, into: UnsafeMutableRawBufferPointer(output), stopsWhenFull: true)) ?? 0
        }
        let result = inner.withUnsafeBytes { inner in
          Result { () throws(FileError) -> Head? in
            guard let tag = Self.element(inner, at: 0, isBigEndian) else {
              throw malformed(file, "the compressed part at byte \(position) is damaged")
            }
            guard tag.type == ElementType.matrix else { return nil }
            return try Self.head(
              UnsafeRawBufferPointer(rebasing: inner[8...]), isBigEndian, file)
          }
        }
        if let head = try result.get(), head.isNumeric {
          variables.append(Variable(name: head.name, element: element.content, isCompressed: true))
        }
      default: break
      }
      position = element.end
    }
    return variables
  }

  /// The compressed data of a zlib stream (RFC 1950), without its two bytes and its checksum.
  private static func deflated(
    _ bytes: UnsafeRawBufferPointer, _ file: String
  ) throws(FileError) -> UnsafeRawBufferPointer {
    guard bytes.count >= 6, bytes[0] & 0x0f == 8, bytes[1] & 0x20 == 0,
      (Int(bytes[0]) << 8 | Int(bytes[1])).isMultiple(of: 31)
    else { throw malformed(file, "a compressed part is no zlib stream") }
    return UnsafeRawBufferPointer(rebasing: bytes[2..<bytes.count - 4])
  }

  /// The content of the array in a compressed element.
  private func inflated(_ stored: Data) throws -> Data {
    let (output, size) = try stored.withUnsafeBytes { bytes in
      let stream = try Self.deflated(bytes, file)
      var tag = [UInt8](repeating: 0, count: 8)
      let count = tag.withUnsafeMutableBytes { tag in
        (try? Inflate.decompress(stream, into: tag, stopsWhenFull: true)) ?? 0
      }
      guard count == 8,
        let element = tag.withUnsafeBytes({ Self.element($0, at: 0, isBigEndian) }),
        element.content.upperBound <= Self.greatestShrinkage * stored.count
      else { throw Self.malformed(file, "a compressed part announces more than it can hold") }
      let size = element.content.upperBound
      let (output, written) = try OutputMemory.make(size, for: file) { memory in
        do {
          return try Inflate.decompress(stream, into: memory, stopsWhenFull: true)
        } catch let problem as Inflate.Problem {
          throw Self.malformed(file, problem.text)
        }
      }
      guard written == size else {
        throw FileError.truncated(
          file: file, what: "a compressed part", expected: size, found: written)
      }
      let checksum = UInt32(
        bigEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
      // Padding after the element belongs to the stream, and is not in memory.
      let isWhole = element.end == size
      guard !isWhole || output.withUnsafeBytes(Self.adler32) == checksum else {
        throw FileError.checksumMismatch(file: file, member: "array")
      }
      return (output, size)
    }
    return output[output.startIndex + min(8, size)..<output.endIndex]
  }

  /// The checksum of zlib.
  private static func adler32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    var position = 0
    while position < bytes.count {
      // So many additions fit into 32 bits.
      let end = min(position + 5552, bytes.count)
      for index in position..<end {
        a &+= UInt32(bytes[index])
        b &+= a
      }
      a %= 65_521
      b %= 65_521
      position = end
    }
    return b << 16 | a
  }

  // MARK: Arrays

  /// What stands before an array's numbers.
  private struct Head {
    let isNumeric: Bool
    let isComplex: Bool
    let shape: [Int]
    let name: String
    /// Where the numbers begin.
    let end: Int
  }

  /// Flags, dimensions and name; `nil` for an element without them.
  private static func head(
    _ bytes: UnsafeRawBufferPointer, _ isBigEndian: Bool, _ file: String
  ) throws(FileError) -> Head? {
    guard !bytes.isEmpty else { return nil }
    var position = 0
    func next() throws(FileError) -> Element {
      guard let element = element(bytes, at: position, isBigEndian),
        element.content.upperBound <= bytes.count
      else { throw malformed(file, "the description of an array is cut short") }
      position = element.end
      return element
    }
    let flags = try next()
    guard flags.type == ElementType.uint32, flags.content.count >= 4 else {
      throw malformed(file, "an array has no flags")
    }
    let flagWord = word(bytes, flags.content.lowerBound, isBigEndian)
    let dimensions = try next()
    let rank = dimensions.content.count / 4
    guard dimensions.type == ElementType.int32, 2...greatestRank ~= rank else {
      throw malformed(file, "an array has no dimensions")
    }
    var shape: [Int] = []
    for index in 0..<rank {
      let length = word(bytes, dimensions.content.lowerBound + 4 * index, isBigEndian)
      guard length <= UInt32(Int32.max) else {
        throw malformed(file, "an array has a negative dimension")
      }
      shape.append(Int(length))
    }
    let name = try next()
    return Head(
      isNumeric: 6...15 ~= flagWord & 0xff, isComplex: flagWord & 0x800 != 0, shape: shape,
      name: String(decoding: bytes[name.content], as: UTF8.self), end: position)
  }

  private func matrix(_ content: Data, _ name: String) throws(FileError) -> StoredArray {
    let isBigEndian = isBigEndian
    let file = file
    let result = content.withUnsafeBytes { bytes in
      Result { () throws(FileError) -> (Head, StoredArray.Element, Range<Int>) in
        guard let head = try Self.head(bytes, isBigEndian, file) else {
          throw Self.malformed(file, "the array ‘\(name)’ is empty")
        }
        guard !head.isComplex else {
          throw .unsupported(
            file: file, what: "complex numbers in ‘\(name)’", instead: "Save real numbers.")
        }
        guard let part = Self.element(bytes, at: head.end, isBigEndian),
          part.content.upperBound <= bytes.count
        else { throw Self.malformed(file, "the numbers of ‘\(name)’ are cut short") }
        guard let element = Self.elements[part.type] else {
          throw Self.malformed(
            file, "the numbers of ‘\(name)’ are of the unknown type \(part.type)")
        }
        guard StoredArray.byteCount(shape: head.shape, element: element) == part.content.count
        else {
          throw Self.malformed(
            file, "‘\(name)’ of shape \(head.shape) has \(part.content.count) bytes")
        }
        return (head, element, part.content)
      }
    }
    let (head, element, numbers) = try result.get()
    let start = content.startIndex + numbers.lowerBound
    return StoredArray(
      shape: head.shape, element: element, layout: .columnMajor, isBigEndian: isBigEndian,
      bytes: content[start..<start + numbers.count])
  }

  private static let elements: [UInt32: StoredArray.Element] = [
    1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64,
    12: .int64, 13: .uint64,
  ]

  private static func malformed(_ file: String, _ problem: String) -> FileError {
    .malformed(file: file, format: "MATLAB", problem: problem)
  }
}
