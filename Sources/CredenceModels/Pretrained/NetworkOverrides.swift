/// What the user says of a network where its file leaves it open; what is `nil` is taken from the file, or from its name.
public struct NetworkOverrides: Hashable, Sendable {
  /// The bound of norms, which no file of the published code holds.
  public var normCoefficient: Double?
  /// Whether activations are leaky and shortcuts average.
  public var usesModifiedBlocks: Bool?
  /// The probability that dropout drops an entry, which matters when it is sampled.
  public var dropoutRate: Double?

  public init(
    normCoefficient: Double? = nil, usesModifiedBlocks: Bool? = nil, dropoutRate: Double? = nil
  ) {
    self.normCoefficient = normCoefficient
    self.usesModifiedBlocks = usesModifiedBlocks
    self.dropoutRate = dropoutRate
  }

  /// These choices, and where they leave something open those of others.
  public func over(_ other: Self) -> Self {
    Self(
      normCoefficient: normCoefficient ?? other.normCoefficient,
      usesModifiedBlocks: usesModifiedBlocks ?? other.usesModifiedBlocks,
      dropoutRate: dropoutRate ?? other.dropoutRate)
  }
}
