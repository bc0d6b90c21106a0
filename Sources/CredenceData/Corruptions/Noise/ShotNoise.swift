/// Poisson noise, as of counting few photons.
public struct ShotNoise: Corruption, Hashable {
  /// The mean count of the brightest value; fewer photons are noisier.
  public let photons: Double

  /// - Parameter photons: From 1 to 700.
  package init(photons: Double) { self.photons = photons }

  public var parameters: KeyValuePairs<String, Double> { ["photons": photons] }

  /// Counts of photons, `[height, width, 3]`.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Int32] {
    var tables = [PoissonTable?](repeating: nil, count: 256)
    return image.pixels.map { value in
      let table = tables[Int(value)] ?? PoissonTable(rate: Double(value) / 255 * photons)
      tables[Int(value)] = table
      return Int32(table.count(at: Double(generator.next() >> 11) * 0x1p-53))
    }
  }

  public func corrupted(_ image: PixelImage, draws: [Int32]) throws -> PixelImage {
    try checkDraws(draws.count, expected: image.pixels.count)
    return PixelImage(
      width: image.width, height: image.height,
      unitValues: draws.map { Double($0) / photons })
  }
}

extension CorruptionDescriptor {
  public static let shotNoise = Self(
    id: "shot_noise", title: "Shot noise", family: .noise,
    levels: CorruptionLevels(
      imageNetC: [60, 25, 12, 5, 3].map(ShotNoise.init),
      tinyImageNetC: [250, 100, 50, 30, 15].map(ShotNoise.init),
      cifarC: [500, 250, 100, 75, 50].map(ShotNoise.init)))
}
