public import Foundation

/// The MD5 digest of bytes that arrive in pieces (RFC 1321).
///
/// It tells damaged files from whole ones, as the checksums that data sets are published with; against malice it is no protection.
public struct MD5: Sendable {
  private var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  public init() {}

  /// Takes in the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = rest.prefix(64 - pending.count)
      pending += taken
      rest = rest.dropFirst(taken.count)
      guard pending.count == 64 else { return }
      pending.withUnsafeBytes { Self.mix($0, into: &state) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.prefix(rest.count & ~63)
    if !whole.isEmpty { Self.mix(UnsafeRawBufferPointer(rebasing: whole), into: &state) }
    pending += rest.dropFirst(whole.count)
  }

  /// Takes in the next bytes.
  public mutating func update(_ data: Data) {
    data.withUnsafeBytes { update($0) }
  }

  /// The digest of everything taken in so far, 16 bytes.
  public func digest() -> [UInt8] {
    var last = pending
    last.append(0x80)
    while last.count % 64 != 56 { last.append(0) }
    let bitCount = byteCount &* 8
    for shift in stride(from: 0, to: 64, by: 8) {
      last.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    var state = state
    last.withUnsafeBytes { Self.mix($0, into: &state) }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// The digest in hexadecimal digits.
  public func hexadecimal() -> String {
    digest().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Mixes whole blocks of 64 bytes into the state.
  private static func mix(_ bytes: UnsafeRawBufferPointer, into state: inout [UInt32]) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { words in
      sines.withUnsafeBufferPointer { sines in
        rotations.withUnsafeBufferPointer { rotations in
          var (a, b, c, d) = (state[0], state[1], state[2], state[3])
          for start in stride(from: 0, to: bytes.count, by: 64) {
            for i in 0..<16 {
              words[i] = UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * i, as: UInt32.self))
            }
            let before = (a, b, c, d)
            for i in 0..<64 {
              let mixed: UInt32
              let word: Int
              switch i >> 4 {
              case 0: (mixed, word) = (d ^ (b & (c ^ d)), i)
              case 1: (mixed, word) = (c ^ (d & (b ^ c)), (5 &* i &+ 1) & 15)
              case 2: (mixed, word) = (b ^ c ^ d, (3 &* i &+ 5) & 15)
              default: (mixed, word) = (c ^ (b | ~d), (7 &* i) & 15)
              }
              let sum = a &+ mixed &+ sines[i] &+ words[word]
              let rotation = rotations[(i >> 4) << 2 | i & 3]
              (a, d, c) = (d, c, b)
              b = b &+ (sum &<< rotation | sum &>> (32 &- rotation))
            }
            (a, b, c, d) = (a &+ before.0, b &+ before.1, c &+ before.2, d &+ before.3)
          }
          (state[0], state[1], state[2], state[3]) = (a, b, c, d)
        }
      }
    }
  }

  private static let rotations: [UInt32] = [
    7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21,
  ]

  /// ⌊2³² |sin i|⌋ for i from 1 to 64, in radians.
  private static let sines: [UInt32] = (1...64).map {
    UInt32(abs(sin(Double($0))) * 4_294_967_296)
  }
}
