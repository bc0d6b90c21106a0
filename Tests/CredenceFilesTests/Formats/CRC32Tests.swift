import CredenceFiles
import FileSupport
import Testing

@Suite struct CRC32Tests {
  /// Bit by bit, as the polynomial is defined.
  private func slow(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }

  @Test func `has the published check value`() {
    #expect(Array("123456789".utf8).withUnsafeBytes { CRC32.checksum($0) } == 0xcbf4_3926)
    #expect([UInt8]().withUnsafeBytes { CRC32.checksum($0) } == 0)
  }

  @Test(arguments: 0..<40)
  func `agrees with the definition, in one piece and in two`(_ seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let bytes = (0..<Int(seed) * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let cut = bytes.count / 3
    let first = bytes[..<cut].withUnsafeBytes { CRC32.checksum($0) }
    let second = bytes[cut...].withUnsafeBytes { CRC32.checksum($0) }
    #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == slow(bytes))
    #expect(CRC32.joined(first, second, length: bytes.count - cut) == slow(bytes))
    var inPieces = CRC32()
    bytes[..<cut].withUnsafeBytes { inPieces.update($0) }
    bytes[cut...].withUnsafeBytes { inPieces.update($0) }
    #expect(inPieces.value == slow(bytes))
  }

  @Test func `is the same over several cores`() {
    var generator = SplitMix64(seed: 1)
    let bytes = (0..<20_000_001).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    var single = CRC32()
    bytes.withUnsafeBytes { single.update($0) }
    #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == single.value)
  }
}
