/// Normal noise added to every value, as of poor light.
public struct GaussianNoise: Corruption, Hashable {
  /// The standard deviation; 1 is the range of values.
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
    for index in values.indices { values[index] += deviation * draws[index] }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }
}

extension CorruptionDescriptor {
  public static let gaussianNoise = Self(
    id: "gaussian_noise", title: "Gaussian noise", family: .noise,
    levels: CorruptionLevels(
      imageNetC: [0.08, 0.12, 0.18, 0.26, 0.38].map(GaussianNoise.init),
      tinyImageNetC: [0.04, 0.08, 0.12, 0.15, 0.18].map(GaussianNoise.init),
      cifarC: [0.04, 0.06, 0.08, 0.09, 0.1].map(GaussianNoise.init)))
}
