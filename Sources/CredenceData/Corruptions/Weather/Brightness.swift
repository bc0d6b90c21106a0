/// Daylight of other strength: more value in hue, saturation and value.
public struct Brightness: Corruption, Hashable {
  /// Added to the value of every pixel; 1 is the range of values.
  public let gain: Double

  package init(gain: Double) { self.gain = gain }

  public var parameters: KeyValuePairs<String, Double> { ["gain": gain] }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    image.mapHSV { $0.value = min(max($0.value + gain, 0), 1) }
  }
}

extension CorruptionDescriptor {
  public static let brightness = Self(
    id: "brightness", title: "Brightness", family: .weather,
    levels: CorruptionLevels(
      imageNetC: [0.1, 0.2, 0.3, 0.4, 0.5].map(Brightness.init),
      tinyImageNetC: [0.1, 0.2, 0.3, 0.4, 0.5].map(Brightness.init),
      cifarC: [0.05, 0.1, 0.15, 0.2, 0.3].map(Brightness.init)))
}
