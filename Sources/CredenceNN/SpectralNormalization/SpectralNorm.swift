/// Whether the largest singular value of a network's linear maps is bounded.
///
/// A bound keeps features of different inputs apart and unknown inputs away from known ones, so that a density over features is
/// meaningful.
///
/// - Note: Miyato et al., ICLR 2018, arXiv:1802.05957; as a soft bound, Gouk et al., Machine Learning 110, 2021, arXiv:1804.04368; for
///   uncertainty, Mukhoti et al., CVPR 2023, arXiv:2102.11582.
public enum SpectralNorm: Hashable, Sendable {
  case off
  case on(Settings)

  /// The defaults are the published code's, but for the warm-up, which that lacks.
  public struct Settings: Codable, Hashable, Sendable {
    /// The bound: weights are divided where the norm exceeds it, and left alone below.
    public var coefficient = 3.0
    /// Power iterations of every forward pass while training.
    public var powerIterations = 1
    /// Power iterations when a network is made with random weights, so that the first steps know the norm already.
    public var warmupIterations = 15
    /// Whether the scale of batch normalization is bounded, too.
    public var boundsBatchNorm = false

    public init(
      coefficient: Double = 3, powerIterations: Int = 1, warmupIterations: Int = 15,
      boundsBatchNorm: Bool = false
    ) {
      self.coefficient = coefficient
      self.powerIterations = powerIterations
      self.warmupIterations = warmupIterations
      self.boundsBatchNorm = boundsBatchNorm
    }
  }

  /// The settings; `nil` where norms are not bounded.
  public var settings: Settings? {
    if case .on(let settings) = self { settings } else { nil }
  }
}

/// The settings as an object, or an empty one where norms are not bounded.
extension SpectralNorm: Codable {
  private enum CodingKeys: String, CodingKey { case on }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let settings = try container.decodeIfPresent(Settings.self, forKey: .on)
    self = settings.map { .on($0) } ?? .off
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(settings, forKey: .on)
  }
}
