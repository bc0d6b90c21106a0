/// A look-up table for one canonical Huffman code of a DEFLATE stream.
///
/// The first bits of the stream index a root table; code words longer than that continue in a linked table. An entry packs
/// the value (bits 16–31), what it is (bits 13–15), the number of extra bits (8–12) and the length of the code word (0–7);
/// 0 marks bits that are no code word.
struct HuffmanTable {
  /// What the symbols of a code stand for.
  enum Kind {
    case codeLength
    case literal
    case distance
  }

  static let isLiteral: UInt32 = 0x8000
  static let isEnd: UInt32 = 0x4000
  static let isLink: UInt32 = 0x2000

  private let rootBits: Int
  private var entries: [UInt32]

  init(rootBits: Int) {
    self.rootBits = rootBits
    entries = [UInt32](repeating: 0, count: 1 << rootBits)
  }

  /// The entry for the code word that comes next.
  @inline(__always)
  func entry(_ bits: UInt64) -> UInt32 {
    let entry = entries[Int(bits & (1 << UInt64(rootBits) - 1))]
    guard entry & Self.isLink != 0 else { return entry }
    return entries.withUnsafeBufferPointer { Self.follow(entry, bits, $0) }
  }

  /// The entry that a link leads to, by the bits after the root's.
  ///
  /// A link holds where its table starts, that table's index bits (in the place of the extra bits), and the root's bits.
  @inline(__always)
  static func follow(
    _ link: UInt32, _ bits: UInt64, _ entries: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    let index = bits >> UInt64(link & 0xff) & (1 << UInt64(link >> 8 & 0x1f) - 1)
    return entries[Int(link >> 16) + Int(index)]
  }

  /// Lends the entries and the mask of the root's bits.
  @inline(__always)
  func withEntries<Result>(
    _ body: (UnsafeBufferPointer<UInt32>, UInt64) throws(Inflate.Problem) -> Result
  ) throws(Inflate.Problem) -> Result {
    try entries.withUnsafeBufferPointer { (entries) throws(Inflate.Problem) -> Result in
      try body(entries, 1 << UInt64(rootBits) - 1)
    }
  }

  /// Makes the table of a code from the length of each symbol's code word, 0 where it has none.
  ///
  /// A complete code is asked for, with the format's exceptions: one single distance, or none at all.
  ///
  /// - Throws: `Inflate.Problem.badCodeLengths`.
  mutating func build(_ lengths: [UInt8], kind: Kind) throws(Inflate.Problem) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    counts[0] = 0
    var left = 1
    for length in 1...15 {
      left = left << 1 - counts[length]
      guard left >= 0 else { throw .badCodeLengths }
    }
    guard left == 0 || kind == .distance && (used == 0 || used == 1 && counts[1] == 1) else {
      throw .badCodeLengths
    }

    // Symbols in order of their code words.
    var starts = [Int](repeating: 0, count: 17)
    for length in 1...15 { starts[length + 1] = starts[length] + counts[length] }
    var sorted = [Int](repeating: 0, count: used)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      sorted[starts[Int(length)]] = symbol
      starts[Int(length)] += 1
    }

    entries.removeSubrange((1 << rootBits)...)
    for index in 0..<1 << rootBits { entries[index] = 0 }
    var code: UInt32 = 0
    var previousLength = 0
    var table = 0..<0
    var tablePrefix = UInt32.max
    for (rank, symbol) in sorted.enumerated() {
      let length = Int(lengths[symbol])
      code <<= UInt32(length - previousLength)
      previousLength = length
      // The stream has the code word's first bit lowest.
      let reversed = Int(code.bitReversed >> UInt32(32 - length))
      code += 1
      // Bits of a symbol that the format does not use stay marked as no code word.
      let entry = Self.value(symbol, kind).map { $0 | UInt32(length) } ?? 0
      if length <= rootBits {
        for index in stride(from: reversed, to: 1 << rootBits, by: 1 << length) {
          entries[index] = entry
        }
        continue
      }
      let prefix = UInt32(reversed & (1 << rootBits - 1))
      if prefix != tablePrefix {
        // As many bits as the words with this prefix need: they are consecutive, from short to long.
        var tableBits = length - rootBits
        var room = 1 << tableBits
        var following = rank
        var remaining = room
        while true {
          while following < sorted.count, Int(lengths[sorted[following]]) == tableBits + rootBits,
            remaining > 0
          {
            following += 1
            remaining -= 1
          }
          if remaining <= 0 || following >= sorted.count { break }
          tableBits += 1
          room <<= 1
          remaining <<= 1
        }
        table = entries.count..<entries.count + room
        entries.append(contentsOf: repeatElement(0, count: room))
        tablePrefix = prefix
        entries[Int(prefix)] =
          UInt32(table.lowerBound) << 16 | Self.isLink | UInt32(tableBits) << 8 | UInt32(rootBits)
      }
      for index in stride(
        from: table.lowerBound + reversed >> rootBits, to: table.upperBound,
        by: 1 << (length - rootBits))
      {
        entries[index] = entry
      }
    }
  }

  /// Value, kind and extra bits of a symbol; `nil` for one of the fixed codes that must not occur.
  private static func value(_ symbol: Int, _ kind: Kind) -> UInt32? {
    func packed(_ value: Int, _ extraBits: Int) -> UInt32 {
      UInt32(value) << 16 | UInt32(extraBits) << 8
    }
    switch kind {
    case .codeLength: return packed(symbol, 0)
    case .literal:
      if symbol < 256 { return packed(symbol, 0) | isLiteral }
      if symbol == 256 { return isEnd }
      if symbol <= 264 { return packed(symbol - 254, 0) }
      if symbol == 285 { return packed(258, 0) }
      if symbol > 285 { return nil }
      // From here each group of four symbols spans twice as many lengths as the one before.
      let extraBits = (symbol - 261) / 4
      return packed(3 + (4 + (symbol - 261) % 4) << extraBits, extraBits)
    case .distance:
      if symbol < 4 { return packed(symbol + 1, 0) }
      if symbol > 29 { return nil }
      let extraBits = (symbol - 2) / 2
      return packed(1 + (2 + symbol % 2) << extraBits, extraBits)
    }
  }
}

extension UInt32 {
  /// The same bits in the opposite order.
  fileprivate var bitReversed: UInt32 {
    var value = byteSwapped
    value = (value & 0x0f0f_0f0f) << 4 | value >> 4 & 0x0f0f_0f0f
    value = (value & 0x3333_3333) << 2 | value >> 2 & 0x3333_3333
    return (value & 0x5555_5555) << 1 | value >> 1 & 0x5555_5555
  }
}
