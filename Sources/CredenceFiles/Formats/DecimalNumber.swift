/// Reads decimal numbers from bytes, rounded correctly in every case.
///
/// Up to 19 digits are taken as one integer times a power of ten. Small ones are exact in `Double` arithmetic; the rest go
/// through a 128-bit product, and the few that this can't decide, like longer ones, through the standard library.
///
/// - Note: Lemire, “Number parsing at a gigabyte per second”, Software: Practice and Experience 51 (2021),
///   arXiv:2101.11408.
package enum DecimalNumber {
  /// Reads the number that starts at a position: `-12.5e-3`, `nan`, `inf`; no spaces, no hexadecimal digits.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - start: Where the number starts.
  ///   - end: Where the text ends; nothing from there on is touched.
  ///   - value: Receives the number.
  /// - Returns: The position after the number, or `nil` where none starts.
  @inline(__always)
  static func read(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, into value: inout Double
  ) -> Int? {
    var position = start
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }

    var mantissa: UInt64 = 0
    let digitsStart = position
    while position < end, let digit = digit(bytes[position]) {
      mantissa = mantissa &* 10 &+ digit
      position += 1
    }
    var digitCount = position - digitsStart
    var exponent = 0
    if position < end, bytes[position] == UInt8(ascii: ".") {
      position += 1
      let fractionStart = position
      while position < end, let digit = digit(bytes[position]) {
        mantissa = mantissa &* 10 &+ digit
        position += 1
      }
      exponent = fractionStart - position
      digitCount -= exponent
    }
    guard digitCount > 0 else {
      return readWord(bytes, from: digitsStart, to: end, isNegative, into: &value)
    }

    if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
      var next = position + 1
      var isSmall = false
      if next < end, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") {
        isSmall = bytes[next] == UInt8(ascii: "-")
        next += 1
      }
      guard next < end, digit(bytes[next]) != nil else { return nil }
      var written = 0
      while next < end, let digit = digit(bytes[next]) {
        // More is infinite or zero in any case.
        if written < 100_000 { written = written * 10 + Int(digit) }
        next += 1
      }
      exponent += isSmall ? -written : written
      position = next
    }

    if digitCount > 19 {
      value = standard(bytes, start, position)
    } else if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let magnitude = Double(mantissa)
      let scaled =
        exponent < 0 ? magnitude / powersOfTen[-exponent] : magnitude * powersOfTen[exponent]
      value = isNegative ? -scaled : scaled
    } else if let magnitude = product(mantissa, exponent) {
      value = isNegative ? -magnitude : magnitude
    } else {
      value = standard(bytes, start, position)
    }
    return position
  }

  /// The number that all of the bytes are; `nil` where they are something else.
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let start = bytes.baseAddress else { return nil }
    var value = 0.0
    guard let end = read(start, from: 0, to: bytes.count, into: &value), end == bytes.count else {
      return nil
    }
    return value
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt64? {
    let digit = byte &- 0x30
    return digit < 10 ? UInt64(digit) : nil
  }

  /// Reads `nan`, `inf` or `infinity`, in any case.
  @inline(never)
  private static func readWord(
    _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, _ isNegative: Bool,
    into value: inout Double
  ) -> Int? {
    for (word, number) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)] {
      let length = word.utf8.count
      guard start + length <= end else { continue }
      if zip(word.utf8, start..<start + length).allSatisfy({ $0 == bytes[$1] | 0x20 }) {
        value = isNegative ? -number : number
        return start + length
      }
    }
    return nil
  }

  /// The standard library's reading, for numbers that need more than 128 bits.
  @inline(never)
  private static func standard(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> Double {
    let text = String(
      decoding: UnsafeBufferPointer(start: bytes + start, count: end - start), as: UTF8.self)
    return Double(text) ?? .nan
  }

  /// The nearest `Double` to `mantissa` · 10^`exponent`; `nil` in the rare cases that 128 bits can't decide.
  @inline(never)
  static func product(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa == 0 || exponent < smallestPower { return 0 }
    if exponent > greatestPower { return .infinity }
    let zeros = mantissa.leadingZeroBitCount
    let normalized = mantissa << UInt64(zeros)
    let power = powersOfFive[exponent - smallestPower]
    var (high, low) = normalized.multipliedFullWidth(by: power.high)
    if high & 0x1ff == 0x1ff {
      // The lower half of the power may carry into the bits that decide.
      let correction = normalized.multipliedFullWidth(by: power.low).high
      let (sum, carry) = low.addingReportingOverflow(correction)
      low = sum
      if carry { high &+= 1 }
      if low == .max, exponent < -27 || exponent > 55 { return nil }
    }
    let upperBit = Int(high >> 63)
    let shift = UInt64(upperBit + 9)
    // 53 bits and one more for rounding.
    var significand = high >> shift
    // 217706 / 65536 approximates log2 10 well enough for every power in the table.
    var biased = (217_706 * exponent) >> 16 + 63 + upperBit - zeros + 1023
    if biased <= 0 {
      guard biased > -63 else { return 0 }
      significand >>= UInt64(1 - biased)
      significand = (significand + significand & 1) >> 1
      return Double(bitPattern: significand)
    }
    // Exactly between two numbers: to the even one. Only these powers can give a tie.
    if low <= 1, exponent >= -4, exponent <= 23, significand & 3 == 1,
      significand << shift == high
    {
      significand &= ~1
    }
    significand = (significand + significand & 1) >> 1
    if significand >= 1 << 53 {
      significand = 1 << 52
      biased += 1
    }
    if biased >= 2047 { return .infinity }
    return Double(bitPattern: UInt64(biased) << 52 | significand & (1 << 52 - 1))
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static let smallestPower = -342
  private static let greatestPower = 308

  /// The leading 128 bits of every power of five in range: truncated, but rounded up for −27 to −1.
  private static let powersOfFive: [(high: UInt64, low: UInt64)] = {
    var table = [(high: UInt64, low: UInt64)](
      repeating: (0, 0), count: greatestPower - smallestPower + 1)
    // Numbers of 1152 bits, the lowest limb first.
    var limbs = [UInt32](repeating: 0, count: 36)
    limbs[0] = 1
    for exponent in 0...greatestPower {
      table[exponent - smallestPower] = leadingBits(limbs)
      var carry: UInt64 = 0
      for index in limbs.indices {
        carry += UInt64(limbs[index]) * 5
        limbs[index] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
    }
    // 2^1151 divided again and again: floors of floors are the floor of the whole quotient.
    limbs = [UInt32](repeating: 0, count: 36)
    limbs[35] = 1 << 31
    for exponent in 1...(-smallestPower) {
      var remainder: UInt64 = 0
      for index in limbs.indices.reversed() {
        let part = remainder << 32 | UInt64(limbs[index])
        limbs[index] = UInt32(part / 5)
        remainder = part % 5
      }
      var bits = leadingBits(limbs)
      if exponent <= 27 {
        bits.low &+= 1
        if bits.low == 0 { bits.high &+= 1 }
      }
      table[-exponent - smallestPower] = bits
    }
    return table
  }()

  /// The first 128 bits from the highest one that is set.
  private static func leadingBits(_ limbs: [UInt32]) -> (high: UInt64, low: UInt64) {
    guard let top = limbs.lastIndex(where: { $0 != 0 }) else { return (0, 0) }
    func limb(_ index: Int) -> UInt64 { index >= 0 ? UInt64(limbs[index]) : 0 }
    let shift = UInt64(limbs[top].leadingZeroBitCount)
    func shifted(_ index: Int) -> UInt64 {
      (limb(index) << shift | limb(index - 1) >> (32 - shift)) & 0xffff_ffff
    }
    return (
      shifted(top) << 32 | shifted(top - 1), shifted(top - 2) << 32 | shifted(top - 3)
    )
  }
}
