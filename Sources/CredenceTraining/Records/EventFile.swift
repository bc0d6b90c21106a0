import Foundation

/// A piece of a TensorBoard event file: records of protocol buffers, each with its length and two checksums.
///
/// - Note: TensorFlow's event.proto and summary.proto (fields 1, 2, 3, 5 and 7 of Event, 1 of Summary, 1 and 2 of Value, 1 of SessionLog) and its TFRecord framing.
struct EventFile {
  private(set) var bytes = Data()

  /// Appends what every file begins with.
  mutating func start(at time: Double) {
    var event = ProtocolBuffer()
    event.add(1, time)
    event.add(3, Array("brain.Event:2".utf8))
    append(event)
  }

  /// Appends that a run starts again at a step: what earlier files of the folder say of it and later ones no longer holds.
  mutating func append(restartAt step: Int, time: Double) {
    var session = ProtocolBuffer()
    session.add(1, UInt64(1))
    var event = ProtocolBuffer()
    event.add(1, time)
    event.add(2, UInt64(step))
    event.add(7, session.bytes)
    append(event)
  }

  /// Appends a number of a step.
  mutating func append(tag: String, value: Float, step: Int, time: Double) {
    var scalar = ProtocolBuffer()
    scalar.add(1, Array(tag.utf8))
    scalar.add(2, value)
    var summary = ProtocolBuffer()
    summary.add(1, scalar.bytes)
    var event = ProtocolBuffer()
    event.add(1, time)
    event.add(2, UInt64(step))
    event.add(5, summary.bytes)
    append(event)
  }

  private mutating func append(_ event: ProtocolBuffer) {
    let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Array($0) }
    bytes.append(contentsOf: length)
    appendChecksum(of: length)
    bytes.append(contentsOf: event.bytes)
    appendChecksum(of: event.bytes)
  }

  private mutating func appendChecksum(of part: [UInt8]) {
    let checksum = CRC32C.masked(part)
    withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Fields of a protocol buffer, one after another.
private struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// A field of variable length: a number.
  mutating func add(_ field: UInt64, _ value: UInt64) {
    appendVariable(field << 3)
    appendVariable(value)
  }

  /// A field of eight bytes.
  mutating func add(_ field: UInt64, _ value: Double) {
    appendVariable(field << 3 | 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// A field of four bytes.
  mutating func add(_ field: UInt64, _ value: Float) {
    appendVariable(field << 3 | 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// A field with its length: text, or another buffer.
  mutating func add(_ field: UInt64, _ value: [UInt8]) {
    appendVariable(field << 3 | 2)
    appendVariable(UInt64(value.count))
    bytes += value
  }

  /// Seven bits a byte, the lowest first.
  private mutating func appendVariable(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The checksum with the Castagnoli polynomial 0x1EDC6F41, bits reversed.
enum CRC32C {
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }

  /// Rotated and shifted, so that the checksum of data that hold checksums stays meaningful.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xa282_ead8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
  }
}
