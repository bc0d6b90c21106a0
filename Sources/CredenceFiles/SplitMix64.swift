/// Steele, Lea and Flood's SplitMix64 generator: numbers that depend on a seed alone, the same on every machine.
///
/// - Note: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  /// What each step adds to the state: 2⁶⁴ divided by the golden ratio, made odd.
  package static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// The generator's finalizer: one-to-one, and every bit of the result depends on every bit of the value.
  package static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
