/// Normal noise in proportion to every value.
public struct SpeckleNoise: Corruption, Hashable {
  /// The standard deviation as a share of the value.
  public let deviation: Double

  package init(deviation: Double) { self.deviation = deviation }

  public var parameters: KeyValuePairs<String, Double> { ["deviation": deviation] }

  /// Standard normal numbers, `[height, width, 3]`.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    RandomDraws.normals(image.pixels.count, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: [Double]) throws -> PixelImage {
    try checkDraws(draws, expected: image.pixels.count)
    var values = unitValues(of: image.pixels)
    for index in values.indices {
      values[index] += values[index] * (deviation * draws[index])
    }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }
}

extension CorruptionDescriptor {
  public static let speckleNoise = Self(
    id: "speckle_noise", title: "Speckle noise", family: .extra,
    levels: CorruptionLevels(
      imageNetC: [0.15, 0.2, 0.35, 0.45, 0.6].map(SpeckleNoise.init),
      tinyImageNetC: [0.15, 0.2, 0.25, 0.3, 0.35].map(SpeckleNoise.init),
      cifarC: [0.06, 0.1, 0.12, 0.16, 0.2].map(SpeckleNoise.init)))
}
