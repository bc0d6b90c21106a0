import Foundation

/// NumPy's legacy random numbers (`numpy.random.seed`, `shuffle`, `permutation`, `normal`), from which the published splits come.
///
/// - Note: Matsumoto & Nishimura, ACM TOMACS 1998 (MT19937).
public struct NumPyRandom: Sendable {
  private var state: [UInt32]
  private var position: Int
  /// Normal numbers are made in pairs.
  private var spareNormal: Double?

  /// The state after `numpy.random.seed(seed)`.
  public init(seed: UInt32) {
    state = [seed]
    for index in 1..<624 as Range<UInt32> {
      let last = state[state.count - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ index)
    }
    position = 624
  }

  /// The next 32 bits.
  public mutating func next() -> UInt32 {
    if position == 624 { regenerate() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9d2c_5680
    bits ^= (bits << 15) & 0xefc6_0000
    return bits ^ (bits >> 18)
  }

  /// A number from 0 to below 1, of 53 bits.
  public mutating func uniform() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// A number of the standard normal distribution, by Marsaglia's polar method.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = x * x + y * y
      guard square < 1, square != 0 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spareNormal = factor * x
      return factor * y
    }
  }

  /// A number from 0 to `maximum`, drawn again until the masked bits are small enough.
  public mutating func bounded(_ maximum: UInt32) -> UInt32 {
    if maximum == 0 { return 0 }
    let mask = UInt32.max >> UInt32(maximum.leadingZeroBitCount)
    while true {
      let value = next() & mask
      if value <= maximum { return value }
    }
  }

  /// Shuffles in place, from the last position down.
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    for index in values.indices.reversed().dropLast() {
      values.swapAt(index, Int(bounded(UInt32(index))))
    }
  }

  /// The values in a new order.
  public mutating func permutation<Element>(of values: [Element]) -> [Element] {
    var shuffled = values
    shuffle(&shuffled)
    return shuffled
  }

  private mutating func regenerate() {
    for index in 0..<624 {
      let joined =
        (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7fff_ffff)
      let twisted = (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
      state[index] = state[(index + 397) % 624] ^ twisted
    }
    position = 0
  }
}
