/// The checksum of ZIP archives: CRC-32 with the polynomial 0x04C11DB7, bits reversed.
///
/// Eight bytes a step by eight tables; long inputs are split over the cores and the parts joined.
package struct CRC32 {
  /// The checksum of the bytes so far.
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Takes in the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var crc = ~value
    Self.tables.withUnsafeBufferPointer { tables in
      var position = 0
      while position + 8 <= bytes.count {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let low = UInt32(truncatingIfNeeded: word) ^ crc
        let high = UInt32(truncatingIfNeeded: word >> 32)
        let first =
          tables[1792 + Int(low & 0xff)] ^ tables[1536 + Int(low >> 8 & 0xff)]
          ^ tables[1280 + Int(low >> 16 & 0xff)] ^ tables[1024 + Int(low >> 24)]
        let second =
          tables[768 + Int(high & 0xff)] ^ tables[512 + Int(high >> 8 & 0xff)]
          ^ tables[256 + Int(high >> 16 & 0xff)] ^ tables[Int(high >> 24)]
        crc = first ^ second
        position += 8
      }
      while position < bytes.count {
        crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[position])) & 0xff)]
        position += 1
      }
    }
    value = ~crc
  }

  /// The checksum of a whole block of memory.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    // The parts only read, each its own range.
    nonisolated(unsafe) let shared = bytes
    let parts = try? parallelBlocks(count: bytes.count, blockSize: 1 << 23) { range in
      var part = CRC32()
      part.update(UnsafeRawBufferPointer(rebasing: shared[range]))
      return (part.value, range.count)
    }
    return (parts ?? []).reduce(0) { joined($0, $1.0, length: $1.1) }
  }

  /// The checksum of two blocks from those of each; the second is `length` bytes long.
  package static func joined(_ first: UInt32, _ second: UInt32, length: Int) -> UInt32 {
    // Appending zero bytes multiplies by a power of x modulo the polynomial.
    multiplied(first, powerOfX(8 * length)) ^ second
  }

  /// The product of two polynomials over GF(2), modulo the checksum's.
  private static func multiplied(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var product: UInt32 = 0
    var factor = b
    for bit in stride(from: UInt32(31), through: 0, by: -1) {
      if a >> bit & 1 == 1 { product ^= factor }
      factor = factor & 1 == 1 ? factor >> 1 ^ polynomial : factor >> 1
    }
    return product
  }

  private static func powerOfX(_ exponent: Int) -> UInt32 {
    var result: UInt32 = 1 << 31
    var square: UInt32 = 1 << 30
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = multiplied(result, square) }
      square = multiplied(square, square)
      rest >>= 1
    }
    return result
  }

  private static let polynomial: UInt32 = 0xedb8_8320

  /// Eight tables of 256 entries; table k has the effect of a byte that k zero bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
      tables[byte] = crc
    }
    for index in 256..<8 * 256 {
      let previous = tables[index - 256]
      tables[index] = previous >> 8 ^ tables[Int(previous & 0xff)]
    }
    return tables
  }()
}
