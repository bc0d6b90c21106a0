package import Foundation

/// An array on its way to a file, handed out in pieces: little-endian, the last dimension changing fastest.
package struct OutgoingArray {
  package let name: String
  package let shape: [Int]
  package let element: StoredArray.Element
  /// Calls the closure with one piece after another; together they are all of the bytes.
  package let forEachPiece: ((Data) throws -> Void) throws -> Void

  package var byteCount: Int { shape.reduce(element.size, *) }

  /// How many bytes a piece has at most, unless a single row is longer.
  package static let pieceSize = 1 << 23

  /// An array whose bytes a closure hands out.
  package init(
    _ name: String, shape: [Int], element: StoredArray.Element,
    forEachPiece: @escaping ((Data) throws -> Void) throws -> Void
  ) {
    self.name = name
    self.shape = shape
    self.element = element
    self.forEachPiece = forEachPiece
  }

  /// An array as it stands in another file; one in another order is copied first.
  package init(_ name: String, _ array: StoredArray) {
    precondition(!array.isBigEndian)
    self.init(name, shape: array.shape, element: array.element) { body in
      try Self.split(array.rowMajor().bytes, body)
    }
  }

  /// An array from numbers in memory.
  package init<Number: FixedWidthInteger>(
    _ name: String, _ values: [Number], element: StoredArray.Element, shape: [Int]? = nil
  ) {
    precondition(element.size == MemoryLayout<Number>.size)
    self.name = name
    self.shape = shape ?? [values.count]
    self.element = element
    forEachPiece = { body in
      let step = Self.pieceSize / MemoryLayout<Number>.size
      for start in stride(from: 0, to: values.count, by: step) {
        let piece = values[start..<min(start + step, values.count)].map(\.littleEndian)
        try body(piece.withUnsafeBytes { Data($0) })
      }
    }
  }

  /// An array of floating-point numbers, in 32 bits where none of them loses anything by it.
  package init(_ name: String, _ values: [Double]) {
    if values.allSatisfy({ Double(Float($0)) == $0 || $0.isNaN }) {
      self.init(name, values.map { Float($0).bitPattern }, element: .float32)
    } else {
      self.init(name, values.map(\.bitPattern), element: .float64)
    }
  }

  /// A single text, as an array without dimensions.
  package init(_ name: String, text: String) {
    let scalars = text.unicodeScalars.map(\.value.littleEndian)
    self.name = name
    shape = []
    element = .text(scalars.count)
    forEachPiece = { body in try body(scalars.withUnsafeBytes { Data($0) }) }
  }

  /// A list of texts, each with as much room as the longest needs.
  package init(_ name: String, texts: [String]) {
    // NumPy gives even empty texts room for one code point.
    let width = max(1, texts.lazy.map(\.unicodeScalars.count).max() ?? 1)
    self.init(name, shape: [texts.count], element: .text(width)) { body in
      let step = max(1, Self.pieceSize / (4 * width))
      for start in stride(from: 0, to: texts.count, by: step) {
        let rows = start..<min(start + step, texts.count)
        var scalars = [UInt32](repeating: 0, count: rows.count * width)
        for row in rows {
          let first = (row - rows.lowerBound) * width
          for (offset, scalar) in texts[row].unicodeScalars.enumerated() {
            scalars[first + offset] = scalar.value.littleEndian
          }
        }
        try body(scalars.withUnsafeBytes { Data($0) })
      }
    }
  }

  /// An array of bytes.
  package init(_ name: String, bytes: Data) {
    self.name = name
    shape = [bytes.count]
    element = .uint8
    forEachPiece = { body in try Self.split(bytes, body) }
  }

  /// Hands out bytes in pieces.
  package static func split(_ bytes: Data, _ body: (Data) throws -> Void) throws {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = min(start + pieceSize, bytes.endIndex)
      try body(bytes[start..<end])
      start = end
    }
  }
}
