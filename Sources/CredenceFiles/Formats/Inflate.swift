/// Decompresses DEFLATE streams (RFC 1951) into memory of a known size.
///
/// The output itself is the window, so nothing else is allocated. Codes that are over-subscribed or incomplete, distances
/// that reach before the start and output beyond the given size are refused.
package enum Inflate {
  /// Why a stream can't be decompressed.
  package enum Problem: Error, Hashable {
    case endsEarly
    case badBlockType
    case badStoredLength
    case badCodeLengths
    case badSymbol
    case badDistance
    /// There is more than the memory given.
    case tooLong

    /// The end of a sentence on the stream.
    var text: String {
      switch self {
      case .endsEarly: "its compressed data end early"
      case .badBlockType: "its compressed data have a block of an unknown type"
      case .badStoredLength: "its compressed data have a stored block with a wrong length"
      case .badCodeLengths: "its compressed data have an impossible code table"
      case .badSymbol: "its compressed data have a code that stands for nothing"
      case .badDistance: "its compressed data refer to bytes before their start"
      case .tooLong: "its compressed data hold more bytes than announced"
      }
    }
  }

  /// Decompresses a stream.
  ///
  /// - Parameters:
  ///   - input: The compressed bytes.
  ///   - output: Memory for the result.
  ///   - stopsWhenFull: Whether a stream that holds more is no error, for reading its start alone.
  /// - Returns: The number of bytes written.
  /// - Throws: `Problem`.
  package static func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    stopsWhenFull: Bool = false
  ) throws(Problem) -> Int {
    var stream = InflateStream(input, output)
    do {
      try stream.run()
    } catch .tooLong where stopsWhenFull {
      return output.count
    }
    return stream.written
  }
}

/// One decompression under way.
private struct InflateStream {
  private let input: UnsafeRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer
  /// The next byte of input that is not in `bits`.
  private var position = 0
  private(set) var written = 0
  private var bits: UInt64 = 0
  private var bitCount = 0

  private var literals = HuffmanTable(rootBits: 11)
  private var distances = HuffmanTable(rootBits: 9)

  init(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) {
    self.input = input
    self.output = output
  }

  mutating func run() throws(Inflate.Problem) {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try copyStoredBlock()
      case 1:
        try literals.build(Self.fixedLiteralLengths, kind: .literal)
        try distances.build(Self.fixedDistanceLengths, kind: .distance)
        try decodeBlock()
      case 2:
        try readTables()
        try decodeBlock()
      default: throw .badBlockType
      }
    }
  }

  // MARK: Bits

  /// Makes at least 56 bits ready where the input has them.
  @inline(__always)
  private mutating func refill() {
    if position + 8 <= input.count {
      let word = UInt64(
        littleEndian: input.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      bits |= word << UInt64(bitCount)
      position += (63 - bitCount) >> 3
      bitCount |= 56
    } else {
      while bitCount <= 56, position < input.count {
        bits |= UInt64(input[position]) << UInt64(bitCount)
        position += 1
        bitCount += 8
      }
    }
  }

  @inline(__always)
  private mutating func consume(_ count: Int) {
    bits >>= UInt64(count)
    bitCount -= count
  }

  /// The next bits, at most 32, as a number.
  @inline(__always)
  private mutating func take(_ count: Int) throws(Inflate.Problem) -> Int {
    if bitCount < count {
      refill()
      if bitCount < count { throw .endsEarly }
    }
    let value = Int(bits & (1 << UInt64(count) - 1))
    consume(count)
    return value
  }

  /// The value of the next code word, of which the length has been checked.
  @inline(__always)
  private mutating func next(_ table: borrowing HuffmanTable) throws(Inflate.Problem) -> UInt32 {
    if bitCount < 15 { refill() }
    let entry = table.entry(bits)
    let length = Int(entry & 0xff)
    guard length > 0 else { throw bitCount < 15 ? .endsEarly : .badSymbol }
    guard length <= bitCount else { throw .endsEarly }
    consume(length)
    return entry
  }

  // MARK: Blocks

  private mutating func copyStoredBlock() throws(Inflate.Problem) {
    // The rest of the byte is padding; whole bytes in `bits` go back to the input.
    consume(bitCount & 7)
    position -= bitCount >> 3
    bits = 0
    bitCount = 0
    guard position + 4 <= input.count else { throw .endsEarly }
    let length = UInt16(
      littleEndian: input.loadUnaligned(fromByteOffset: position, as: UInt16.self))
    let check = UInt16(
      littleEndian: input.loadUnaligned(fromByteOffset: position + 2, as: UInt16.self))
    guard length == ~check else { throw .badStoredLength }
    position += 4
    let count = Int(length)
    guard position + count <= input.count else { throw .endsEarly }
    let room = min(count, output.count - written)
    UnsafeMutableRawBufferPointer(rebasing: output[written..<written + room])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[position..<position + room]))
    position += count
    written += room
    if room < count { throw .tooLong }
  }

  private mutating func readTables() throws(Inflate.Problem) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let lengthCount = try take(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .badCodeLengths }
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for index in 0..<lengthCount {
      codeLengths[Self.codeLengthOrder[index]] = UInt8(try take(3))
    }
    var table = HuffmanTable(rootBits: 7)
    try table.build(codeLengths, kind: .codeLength)

    var lengths = [UInt8](repeating: 0, count: literalCount + distanceCount)
    var index = 0
    while index < lengths.count {
      let symbol = Int(try next(table) >> 16)
      if symbol < 16 {
        lengths[index] = UInt8(symbol)
        index += 1
        continue
      }
      var repeated: UInt8 = 0
      let times: Int
      switch symbol {
      case 16:
        guard index > 0 else { throw .badCodeLengths }
        repeated = lengths[index - 1]
        times = try take(2) + 3
      case 17: times = try take(3) + 3
      default: times = try take(7) + 11
      }
      guard index + times <= lengths.count else { throw .badCodeLengths }
      for _ in 0..<times {
        lengths[index] = repeated
        index += 1
      }
    }
    // Without a code for the end of the block, it could not end.
    guard lengths[256] > 0 else { throw .badCodeLengths }
    try literals.build(Array(lengths[..<literalCount]), kind: .literal)
    try distances.build(Array(lengths[literalCount...]), kind: .distance)
  }

  private mutating func decodeBlock() throws(Inflate.Problem) {
    while true {
      if try decodeFast() { return }
      // Near an end of input or output every step is checked.
      let entry = try next(literals)
      if entry & HuffmanTable.isLiteral != 0 {
        guard written < output.count else { throw .tooLong }
        output[written] = UInt8(truncatingIfNeeded: entry >> 16)
        written += 1
        continue
      }
      if entry & HuffmanTable.isEnd != 0 { return }
      let length = Int(entry >> 16) + (try take(Int(entry >> 8 & 0x1f)))
      let distanceEntry = try next(distances)
      let distance = Int(distanceEntry >> 16) + (try take(Int(distanceEntry >> 8 & 0x1f)))
      guard distance <= written else { throw .badDistance }
      for _ in 0..<length {
        guard written < output.count else { throw .tooLong }
        output[written] = output[written - distance]
        written += 1
      }
    }
  }

  /// Decodes while far from both ends, where one refill serves a whole match and copies may overshoot.
  ///
  /// - Returns: Whether the block ended.
  private mutating func decodeFast() throws(Inflate.Problem) -> Bool {
    guard let source = input.baseAddress, let target = output.baseAddress else { return false }
    // 16 bytes are enough for two refills; 258 + 16 for the longest match and its overshoot.
    let inputLimit = input.count - 16
    let outputLimit = output.count - 274
    guard position <= inputLimit, written <= outputLimit else { return false }

    var bits = self.bits
    var bitCount = self.bitCount
    var position = self.position
    var written = self.written
    defer {
      self.bits = bits
      self.bitCount = bitCount
      self.position = position
      self.written = written
    }
    return try literals.withEntries { (literals, rootMask) throws(Inflate.Problem) -> Bool in
      try distances.withEntries { (distances, distanceMask) throws(Inflate.Problem) -> Bool in
        while position <= inputLimit, written <= outputLimit {
          bits |=
            UInt64(littleEndian: (source + position).loadUnaligned(as: UInt64.self))
            << UInt64(bitCount)
          position += (63 - bitCount) >> 3
          bitCount |= 56

          // Up to three literals fit into one refill beside a match: 4 · 15 + 5 > 56 only in the worst case, so two.
          var entry = literals[Int(bits & rootMask)]
          if entry & HuffmanTable.isLink != 0 { entry = HuffmanTable.follow(entry, bits, literals) }
          if entry & HuffmanTable.isLiteral != 0 {
            bits >>= UInt64(entry & 0xff)
            bitCount -= Int(entry & 0xff)
            target.storeBytes(
              of: UInt8(truncatingIfNeeded: entry >> 16), toByteOffset: written, as: UInt8.self)
            written += 1
            entry = literals[Int(bits & rootMask)]
            if entry & HuffmanTable.isLink != 0 {
              entry = HuffmanTable.follow(entry, bits, literals)
            }
            if entry & HuffmanTable.isLiteral != 0 {
              bits >>= UInt64(entry & 0xff)
              bitCount -= Int(entry & 0xff)
              target.storeBytes(
                of: UInt8(truncatingIfNeeded: entry >> 16), toByteOffset: written, as: UInt8.self)
              written += 1
              continue
            }
            // A match needs up to 48 bits.
            bits |=
              UInt64(littleEndian: (source + position).loadUnaligned(as: UInt64.self))
              << UInt64(bitCount)
            position += (63 - bitCount) >> 3
            bitCount |= 56
          }
          guard entry & 0xff != 0 else { throw .badSymbol }
          bits >>= UInt64(entry & 0xff)
          bitCount -= Int(entry & 0xff)
          if entry & HuffmanTable.isEnd != 0 { return true }

          let lengthBits = UInt64(entry >> 8 & 0x1f)
          let length = Int(entry >> 16) + Int(bits & (1 << lengthBits - 1))
          bits >>= lengthBits
          bitCount -= Int(lengthBits)

          var code = distances[Int(bits & distanceMask)]
          if code & HuffmanTable.isLink != 0 { code = HuffmanTable.follow(code, bits, distances) }
          guard code & 0xff != 0 else { throw .badSymbol }
          bits >>= UInt64(code & 0xff)
          bitCount -= Int(code & 0xff)
          let distanceBits = UInt64(code >> 8 & 0x1f)
          let distance = Int(code >> 16) + Int(bits & (1 << distanceBits - 1))
          bits >>= distanceBits
          bitCount -= Int(distanceBits)
          guard distance <= written else { throw .badDistance }

          let to = target + written
          let from = UnsafeRawPointer(to - distance)
          if distance >= 8 {
            var offset = 0
            repeat {
              to.storeBytes(
                of: (from + offset).loadUnaligned(as: UInt64.self), toByteOffset: offset,
                as: UInt64.self)
              offset += 8
            } while offset < length
          } else {
            for offset in 0..<length {
              to.storeBytes(
                of: (from + offset).load(as: UInt8.self), toByteOffset: offset, as: UInt8.self)
            }
          }
          written += length
        }
        return false
      }
    }
  }

  private static let codeLengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private static let fixedLiteralLengths: [UInt8] =
    [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
    + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)

  private static let fixedDistanceLengths = [UInt8](repeating: 5, count: 32)
}
