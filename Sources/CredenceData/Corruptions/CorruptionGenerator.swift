import CredenceFiles

/// A source of random numbers of its own for every image, corruption and severity.
///
/// The numbers depend on the four arguments alone, so the images of a corrupted data set depend neither on the order nor on
/// the number of workers.
///
/// - Note: SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) from a state that FNV-1a hashes.
public struct CorruptionGenerator: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

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
    generator = SplitMix64(
      seed: SplitMix64.mixed(hash) ^ SplitMix64.mixed(seed &+ SplitMix64.increment))
  }

  public mutating func next() -> UInt64 {
    generator.next()
  }
}
