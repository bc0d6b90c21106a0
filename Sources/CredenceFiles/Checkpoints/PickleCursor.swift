import Foundation

/// Reads the numbers and texts of a pickle, never beyond its end.
struct PickleCursor {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// One byte.
  mutating func byte() throws(FileError) -> UInt8 {
    guard position < bytes.count else { throw truncated(1) }
    position += 1
    return bytes[position - 1]
  }

  /// A little-endian number.
  mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(FileError) -> Number {
    let size = MemoryLayout<Number>.size
    guard bytes.count - position >= size else { throw truncated(size) }
    defer { position += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  /// So many bytes, not copied.
  mutating func take(_ count: Int) throws(FileError) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else { throw truncated(count) }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// Bytes after a length of the given width.
  mutating func counted<Number: FixedWidthInteger>(
    _: Number.Type
  ) throws(FileError) -> UnsafeRawBufferPointer {
    let length = try integer(Number.self)
    guard let count = Int(exactly: length) else { throw truncated(Int.max) }
    return try take(count)
  }

  /// The text up to the end of the line, which is skipped.
  mutating func line() throws(FileError) -> String {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw truncated(bytes.count - position + 1)
    }
    defer { position = end + 1 }
    return String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<end]), as: UTF8.self)
  }

  private func truncated(_ count: Int) -> FileError {
    .truncated(
      file: file, what: "its pickle",
      expected: position.addingReportingOverflow(max(0, count)).partialValue, found: bytes.count)
  }
}
