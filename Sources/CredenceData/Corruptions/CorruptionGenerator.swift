/// A source of random numbers of its own for every image, corruption and severity.
///
/// The numbers depend on the four arguments alone, so the images of a corrupted data set depend neither on the order nor on
/// the number of workers.
///
/// - Note: SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) from a state that FNV-1a hashes.
public struct CorruptionGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The generator of one corrupted image.
  ///
  /// - Parameters:
  ///   - seed: Of the whole data set.
  ///   - corruption: The id of the corruption.
  ///   - severity: From 1 to 5.
  ///   - sample: The id of the image, such as its path in the data set.
  public init(seed: UInt64, corruption: String, severity: Int, sample: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    for byte in corruption.utf8 { add(byte) }
    // No text holds this byte, so the parts cannot run together.
    add(0xff)
    add(UInt8(truncatingIfNeeded: severity))
    for byte in sample.utf8 { add(byte) }
    state = Self.mixed(hash) ^ Self.mixed(seed &+ 0x9e37_79b9_7f4a_7c15)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mixed(state)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
