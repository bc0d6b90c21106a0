/// Weaker or stronger colors.
public struct Saturate: Corruption, Hashable {
  /// Multiplies the saturation.
  public let factor: Double
  /// Added to it then.
  public let offset: Double

  package init(factor: Double, offset: Double) {
    self.factor = factor
    self.offset = offset
  }

  public var parameters: KeyValuePairs<String, Double> { ["factor": factor, "offset": offset] }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    image.mapHSV { $0.saturation = min(max($0.saturation * factor + offset, 0), 1) }
  }
}

extension CorruptionDescriptor {
  public static let saturate = Self(
    id: "saturate", title: "Saturate", family: .extra,
    levels: CorruptionLevels(
      imageNetC: [(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (20, 0.2)].map(Saturate.init),
      tinyImageNetC: [(0.3, 0), (0.1, 0), (2, 0), (5, 0.1), (30, 0.2)].map(Saturate.init),
      cifarC: [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)].map(Saturate.init)))
}
