import CredenceFiles
import Foundation

/// The records of a TFRecord file: a length, its checksum, the bytes, their checksum.
struct TFRecords {
  /// Each record's bytes.
  let records: [Data]

  /// - Throws: `FileError` for a file that is cut short or whose checksums differ.
  init(_ data: Data, file: String) throws(FileError) {
    var records: [Data] = []
    var position = 0
    while position < data.count {
      guard data.count - position >= 12 else {
        throw .truncated(
          file: file, what: "record \(records.count)", expected: position + 12, found: data.count)
      }
      let head = data.withUnsafeBytes { bytes in
        (
          length: UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)),
          checksum: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt32.self)),
          found: CRC32C.masked(UnsafeRawBufferPointer(rebasing: bytes[position..<position + 8]))
        )
      }
      guard head.checksum == head.found else {
        throw .checksumMismatch(file: file, member: "length of record \(records.count)")
      }
      let start = position + 12
      guard head.length <= UInt64(data.count - start), data.count - start - Int(head.length) >= 4
      else {
        throw .truncated(
          file: file, what: "record \(records.count)",
          expected: Int(
            clamping: UInt64(start).addingReportingOverflow(head.length).overflow
              ? .max : UInt64(start) + head.length), found: data.count)
      }
      let end = start + Int(head.length)
      let (checksum, found) = data.withUnsafeBytes { bytes in
        (
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self)),
          CRC32C.masked(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        )
      }
      guard checksum == found else {
        throw .checksumMismatch(file: file, member: "record \(records.count)")
      }
      records.append(data[data.startIndex + start..<data.startIndex + end])
      position = end + 4
    }
    self.records = records
  }
}

/// The Castagnoli checksum, rotated and shifted as TensorFlow stores it.
package enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1
    }
  }

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var value = ~UInt32(0)
    for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xff)] }
    return ~value
  }

  package static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xa282_ead8
  }
}
