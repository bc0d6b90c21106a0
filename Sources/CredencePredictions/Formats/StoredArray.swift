package import Foundation

/// An array as a file stores it: shape, number format, byte order and untouched bytes.
public struct StoredArray: Sendable {
  /// The format of one entry.
  public enum Element: Hashable, Sendable {
    case float16
    case bfloat16
    case float32
    case float64
    case int8
    case int16
    case int32
    case int64
    case uint8
    case uint16
    case uint32
    case uint64
    case bool
    /// Text of at most so many Unicode code points, four bytes each, padded with zeros.
    case text(Int)
    /// Text of at most so many bytes, padded with zeros.
    case byteText(Int)
  }

  /// The lengths of the dimensions; empty for a single number.
  public let shape: [Int]
  public let element: Element
  public let layout: Matrix.Layout
  /// Whether each number's most significant byte comes first.
  public let isBigEndian: Bool
  /// The entries, exactly `count * element.size` bytes.
  package let bytes: Data

  /// The number of entries.
  public var count: Int { shape.reduce(1, *) }

  /// An array over bytes whose number the caller has checked.
  init(
    shape: [Int], element: Element, layout: Matrix.Layout = .rowMajor, isBigEndian: Bool = false,
    bytes: Data
  ) {
    self.shape = shape
    self.element = element
    self.layout = layout
    self.isBigEndian = isBigEndian
    self.bytes = bytes
  }

  /// The number of bytes that a shape takes; `nil` beyond what can be addressed.
  static func byteCount(shape: [Int], element: Element) -> Int? {
    var total = element.size
    // A dimension of 0 must not hide that the others overflow.
    var isEmpty = false
    for length in shape {
      guard length >= 0 else { return nil }
      if length == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = total.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      total = product
    }
    return isEmpty ? 0 : total
  }

  /// The same entries with the last dimension changing fastest; a copy where the order differs.
  public func rowMajor() -> StoredArray {
    guard layout == .columnMajor, shape.filter({ $0 != 1 }).count > 1, !bytes.isEmpty else {
      return StoredArray(shape: shape, element: element, isBigEndian: isBigEndian, bytes: bytes)
    }
    let size = element.size
    var strides: [Int] = []
    var stride = size
    for length in shape {
      strides.append(stride)
      stride *= length
    }
    var copy = Data(count: bytes.count)
    var index = [Int](repeating: 0, count: shape.count)
    let last = shape.count - 1
    copy.withUnsafeMutableBytes { (output: UnsafeMutableRawBufferPointer) in
      bytes.withUnsafeBytes { (input: UnsafeRawBufferPointer) in
        var offset = 0
        var position = 0
        while position < output.count {
          var source = offset
          for _ in 0..<shape[last] {
            for byte in 0..<size { output[position + byte] = input[source + byte] }
            position += size
            source += strides[last]
          }
          // Steps the odometer of the other dimensions.
          var dimension = last - 1
          while dimension >= 0 {
            index[dimension] += 1
            offset += strides[dimension]
            if index[dimension] < shape[dimension] { break }
            offset -= strides[dimension] * shape[dimension]
            index[dimension] = 0
            dimension -= 1
          }
        }
      }
    }
    return StoredArray(shape: shape, element: element, isBigEndian: isBigEndian, bytes: copy)
  }

  /// The entries as numbers, the last dimension changing fastest; `nil` for text.
  ///
  /// 64-bit integers beyond 2⁵³ are rounded.
  public func doubles() -> [Double]? {
    if let scalarType = element.scalarType {
      let array = rowMajor()
      return [Double](unsafeUninitializedCapacity: count) { output, filled in
        array.bytes.withUnsafeBytes { input in
          ScalarDecoder(scalarType, isBigEndian).decode(
            from: input, first: 0, into: output, outputStride: 1, count: count)
        }
        filled = count
      }
    }
    if element == .uint64 { return integers(UInt64.self) { Double($0) } }
    return integers()?.map { Double($0) }
  }

  /// The entries as integers, the last dimension changing fastest; `nil` unless they are stored as integers.
  ///
  /// Unsigned numbers beyond 2⁶³ − 1 become 2⁶³ − 1.
  public func integers() -> [Int]? {
    switch element {
    case .int8: integers(Int8.self) { Int($0) }
    case .int16: integers(Int16.self) { Int($0) }
    case .int32: integers(Int32.self) { Int($0) }
    case .int64: integers(Int64.self) { Int($0) }
    case .uint8: integers(UInt8.self) { Int($0) }
    case .uint16: integers(UInt16.self) { Int($0) }
    case .uint32: integers(UInt32.self) { Int($0) }
    case .uint64: integers(UInt64.self) { Int(clamping: $0) }
    case .bool: integers(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .float16, .bfloat16, .float32, .float64, .text, .byteText: nil
    }
  }

  private func integers<Bits: FixedWidthInteger, Value>(
    _: Bits.Type, _ convert: (Bits) -> Value
  ) -> [Value] {
    let array = rowMajor()
    return [Value](unsafeUninitializedCapacity: count) { output, filled in
      array.bytes.withUnsafeBytes { input in
        for i in 0..<count {
          let bits = input.loadUnaligned(
            fromByteOffset: i * MemoryLayout<Bits>.size, as: Bits.self)
          output.initializeElement(at: i, to: convert(isBigEndian ? bits.byteSwapped : bits))
        }
      }
      filled = count
    }
  }

  /// The entries as one block of UTF-8 and where each starts, one more offset than entries; `nil` for numbers.
  ///
  /// Code points that do not exist are replaced by U+FFFD.
  func utf8() -> (bytes: Data, offsets: [Int])? {
    let array = rowMajor()
    var text: [UInt8] = []
    var offsets = [0]
    offsets.reserveCapacity(count + 1)
    switch element {
    case .text(let length):
      array.bytes.withUnsafeBytes { input in
        for entry in 0..<count {
          var end = length
          while end > 0, codePoint(entry * length + end - 1, in: input) == 0 { end -= 1 }
          for position in 0..<end {
            let scalar = Unicode.Scalar(codePoint(entry * length + position, in: input))
            text.append(contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? .init())
          }
          offsets.append(text.count)
        }
      }
    case .byteText(let length):
      array.bytes.withUnsafeBytes { input in
        for entry in 0..<count {
          var end = length
          while end > 0, input[entry * length + end - 1] == 0 { end -= 1 }
          text.append(contentsOf: input[entry * length..<entry * length + end])
          offsets.append(text.count)
        }
      }
    default: return nil
    }
    return (Data(text), offsets)
  }

  private func codePoint(_ index: Int, in input: UnsafeRawBufferPointer) -> UInt32 {
    let bits = input.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
    return isBigEndian ? bits.byteSwapped : bits
  }

  /// The entries as text; `nil` for numbers.
  public func strings() -> [String]? {
    utf8().map { bytes, offsets in
      (0..<count).map { String(decoding: bytes[offsets[$0]..<offsets[$0 + 1]], as: UTF8.self) }
    }
  }

  /// The array as a matrix that shares the bytes; `nil` unless it has two dimensions of floating-point numbers.
  public func matrix() throws(PredictionError) -> Matrix? {
    guard shape.count == 2, let scalarType = element.scalarType else { return nil }
    return try Matrix(
      bytes: bytes, rowCount: shape[0], columnCount: shape[1], scalarType: scalarType,
      layout: layout, isBigEndian: isBigEndian)
  }
}

extension StoredArray.Element {
  /// Bytes of one entry.
  public var size: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    case .text(let length): 4 * length
    case .byteText(let length): length
    }
  }

  /// The floating-point format; `nil` for integers, truth values and text.
  public var scalarType: ScalarType? {
    switch self {
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    default: nil
    }
  }

  /// Whether entries are stored as integers or truth values.
  public var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64, .text, .byteText: false
    default: true
    }
  }

  /// Whether entries are text.
  public var isText: Bool {
    switch self {
    case .text, .byteText: true
    default: false
    }
  }
}
