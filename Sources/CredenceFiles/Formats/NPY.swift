public import Foundation

/// NumPy's format for one array: a short header, then the numbers.
///
/// - Note: Versions 1.0 to 3.0 as in `numpy.lib.format`. Arrays of Python objects are refused: reading them would mean to
///   execute what the file holds.
public enum NPY {
  /// Maps a file.
  ///
  /// - Throws: `FileError` for a file that can't be opened or is no correct `.npy` file.
  public static func read(contentsOf url: URL) throws -> StoredArray {
    try read(MappedFile.bytes(of: url), file: url.relativePath)
  }

  /// Reads a file that is in memory or mapped.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - file: Its name in errors.
  /// - Returns: The array, sharing the memory.
  /// - Throws: `FileError`.
  public static func read(_ data: Data, file: String) throws -> StoredArray {
    let header = try Header(data, file: file, byteCount: data.count)
    return StoredArray(
      shape: header.shape, element: header.element, layout: header.layout,
      isBigEndian: header.isBigEndian, bytes: data[(data.startIndex + header.dataStart)...])
  }

  /// What an array is, known before its numbers are read.
  struct Header {
    let shape: [Int]
    let element: StoredArray.Element
    let layout: StoredArray.Layout
    let isBigEndian: Bool
    /// Where the numbers start.
    let dataStart: Int

    /// The longest header that is read, in bytes; NumPy's own are shorter than 200.
    static let longest = 65_536

    /// Reads the header of a file of which the start is at hand.
    ///
    /// - Parameters:
    ///   - data: The file's first bytes, or all of it.
    ///   - file: Its name in errors.
    ///   - byteCount: The length of the whole file.
    /// - Throws: `FileError`.
    init(_ data: Data, file: String, byteCount: Int) throws {
      func malformed(_ problem: String) -> FileError {
        .malformed(file: file, format: "NumPy array", problem: problem)
      }
      let start = [UInt8](data.prefix(12))
      guard start.count >= 10 else {
        guard start.starts(with: Self.magic.prefix(start.count)) else {
          throw malformed("it does not start with the mark of that format")
        }
        throw FileError.truncated(
          file: file, what: "the header", expected: 10, found: byteCount)
      }
      guard start.starts(with: Self.magic) else {
        throw malformed("it does not start with the mark of that format")
      }
      let textStart: Int
      let length: Int
      switch start[6] {
      case 1:
        textStart = 10
        length = Int(start[8]) | Int(start[9]) << 8
      case 2, 3:
        guard start.count == 12 else {
          throw FileError.truncated(
            file: file, what: "the header", expected: 12, found: byteCount)
        }
        textStart = 12
        length = (0..<4).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
      default:
        throw FileError.unsupported(
          file: file, what: "a NumPy array of format version \(start[6]).\(start[7])",
          instead: "Write it again with np.save.")
      }
      guard length <= Self.longest else {
        throw malformed("its header of \(length) bytes is too long")
      }
      dataStart = textStart + length
      guard dataStart <= byteCount, dataStart <= data.count else {
        throw FileError.truncated(
          file: file, what: "the header", expected: dataStart, found: byteCount)
      }
      let text = data[data.startIndex + textStart..<data.startIndex + dataStart]
      let description: String
      do {
        (description, layout, shape) = try Self.properties([UInt8](text))
      } catch {
        throw malformed(error.text)
      }
      (element, isBigEndian) = try Self.element(description, file: file)
      guard shape.count <= 64, let size = StoredArray.byteCount(shape: shape, element: element)
      else { throw malformed("no memory can hold the shape \(shape)") }
      guard size <= byteCount - dataStart else {
        throw FileError.truncated(
          file: file, what: "an array of shape \(shape) and type \(description)",
          expected: dataStart.addingReportingOverflow(size).partialValue, found: byteCount)
      }
      guard size == byteCount - dataStart else {
        throw malformed("\(byteCount - dataStart - size) bytes follow after its numbers")
      }
    }

    static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

    /// The three entries of the Python dictionary that the header is.
    private static func properties(
      _ bytes: [UInt8]
    ) throws(HeaderText.Problem) -> (String, StoredArray.Layout, [Int]) {
      var text = HeaderText(bytes)
      var description: String?
      var layout: StoredArray.Layout?
      var shape: [Int]?
      try text.expect("{")
      while !text.take("}") {
        let key = try text.pythonString()
        try text.expect(":")
        switch key {
        case "descr" where description == nil:
          if text.peek() == UInt8(ascii: "[") || text.peek() == UInt8(ascii: "(") {
            throw HeaderText.Problem(text: "it holds records of several fields, not numbers")
          }
          description = try text.pythonString()
        case "fortran_order" where layout == nil:
          if text.takeWord("True") {
            layout = .columnMajor
          } else if text.takeWord("False") {
            layout = .rowMajor
          } else {
            throw text.unexpected("True or False")
          }
        case "shape" where shape == nil:
          shape = try text.naturals("(", ")", trailingComma: true)
        default:
          throw HeaderText.Problem(text: "its header has an unknown or repeated entry ‘\(key)’")
        }
        if !text.take(",") {
          try text.expect("}")
          break
        }
      }
      try text.expectEnd()
      guard let description, let layout, let shape else {
        throw HeaderText.Problem(
          text: "its header lacks one of ‘descr’, ‘fortran_order’ and ‘shape’")
      }
      return (description, layout, shape)
    }

    private static func element(
      _ description: String, file: String
    ) throws(FileError) -> (StoredArray.Element, isBigEndian: Bool) {
      var rest = Substring(description)
      var isBigEndian = false
      if let order = rest.first, "<>|=".contains(order) {
        isBigEndian = order == ">"
        rest.removeFirst()
      }
      if let element = StoredArray.Element(numpy: String(rest)) { return (element, isBigEndian) }
      if let length = Int(rest.dropFirst()), length > 0, length < 1 << 30 {
        if rest.first == "U" { return (.text(length), isBigEndian) }
        if rest.first == "S" { return (.byteText(length), isBigEndian) }
      }
      switch rest.first {
      case "O":
        throw .unsupported(
          file: file,
          what: "Python objects (type ‘O’), which can't be read without executing code in the file",
          instead: "Save numbers: np.save(path, array.astype(np.float32)).")
      case "V":
        throw .unsupported(
          file: file, what: "an array of raw bytes (type ‘\(description)’)",
          instead: "NumPy stores bfloat16 so: save it as float32, or as safetensors.")
      default:
        throw .unsupported(
          file: file, what: "an array of type ‘\(description)’",
          instead: "Convert it with astype(np.float32), or np.int64 for labels.")
      }
    }
  }
}

extension StoredArray.Element {
  /// The number format with a name as in NumPy headers, without byte order; `nil` for those that are not read.
  init?(numpy name: String) {
    guard let element = Self.numpyNames.first(where: { $0.value == name })?.key else { return nil }
    self = element
  }

  /// The formats' names in NumPy headers, without byte order.
  static let numpyNames: [Self: String] = [
    .float64: "f8", .float32: "f4", .float16: "f2",
    .int64: "i8", .int32: "i4", .int16: "i2", .int8: "i1",
    .uint64: "u8", .uint32: "u4", .uint16: "u2", .uint8: "u1", .bool: "b1",
  ]
}
