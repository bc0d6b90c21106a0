/// Drops of water or splashes of mud on the lens.
///
/// Where no drop falls, the image stays as it is; the published generator divides by 0 there.
public struct Spatter: Corruption, Hashable {
  /// What falls on the lens.
  public enum Liquid: String, Hashable, Sendable {
    case water
    case mud
  }

  public let liquid: Liquid
  /// The mean of the normal noise that becomes drops.
  public let mean: Double
  /// Its standard deviation.
  public let deviation: Double
  /// The standard deviation of the Gaussian that joins noise to drops, in pixels.
  public let sigma: Double
  /// The smoothed noise below which there is no drop.
  public let threshold: Double
  /// The brightness of water, or the standard deviation in pixels of the Gaussian that softens mud.
  public let strength: Double

  package init(
    _ liquid: Liquid, mean: Double, deviation: Double, sigma: Double, threshold: Double,
    strength: Double
  ) {
    self.liquid = liquid
    self.mean = mean
    self.deviation = deviation
    self.sigma = sigma
    self.threshold = threshold
    self.strength = strength
  }

  public var parameters: KeyValuePairs<String, Double> {
    [
      "mean": mean, "deviation": deviation, "sigma": sigma, "threshold": threshold,
      "strength": strength, "mud": liquid == .mud ? 1 : 0,
    ]
  }

  /// Standard normal numbers, `[height, width]`.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    RandomDraws.normals(image.width * image.height, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: [Double]) throws -> PixelImage {
    try checkDraws(draws, expected: image.width * image.height)
    let noise = RealImage(
      width: image.width, height: image.height, channels: 1,
      values: draws.map { mean + deviation * $0 })
    let drops = GaussianFilter(sigma: sigma)(noise)
    return switch liquid {
    case .water: withWater(image, drops: drops)
    case .mud: withMud(image, drops: drops)
    }
  }

  /// Adds pale turquoise.
  private func withWater(_ image: PixelImage, drops: RealImage) -> PixelImage {
    let thickness = drops.values.map {
      $0 < threshold ? 0 : UInt8(truncatingIfNeeded: Int(min($0, 1e6) * 255))
    }
    let relief = SpatterRelief.relief(
      of: thickness, width: image.width, height: image.height)
    var light = zip(thickness, relief).map { Float($0) * Float($1) }
    let brightest = light.max() ?? 0
    if brightest == 0 { return image }
    for index in light.indices { light[index] = light[index] / brightest * Float(strength) }
    let color: [Float] = [175.0 / 255, 238.0 / 255, 238.0 / 255]
    var values = image.pixels.map { Float($0) / 255 }
    for index in values.indices { values[index] += light[index / 3] * color[index % 3] }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }

  /// Covers with brown.
  private func withMud(_ image: PixelImage, drops: RealImage) -> PixelImage {
    var mask = drops
    for index in mask.values.indices { mask.values[index] = mask.values[index] > threshold ? 1 : 0 }
    let cover = GaussianFilter(sigma: strength)(mask).values.map { $0 < 0.8 ? 0 : Float($0) }
    let color: [Float] = [63.0 / 255, 42.0 / 255, 20.0 / 255]
    var values = image.pixels.map { Float($0) / 255 }
    for index in values.indices {
      values[index] = values[index] * (1 - cover[index / 3]) + color[index % 3] * cover[index / 3]
    }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }
}

extension CorruptionDescriptor {
  public static let spatter = Self(
    id: "spatter", title: "Spatter", family: .extra,
    levels: CorruptionLevels(
      imageNetC: [
        (.water, 0.65, 0.3, 4, 0.69, 0.6), (.water, 0.65, 0.3, 3, 0.68, 0.6),
        (.water, 0.65, 0.3, 2, 0.68, 0.5), (.mud, 0.65, 0.3, 1, 0.65, 1.5),
        (.mud, 0.67, 0.4, 1, 0.65, 1.5),
      ].map(Spatter.init),
      tinyImageNetC: [
        (.water, 0.62, 0.1, 0.7, 0.7, 0.6), (.water, 0.65, 0.1, 0.8, 0.7, 0.6),
        (.water, 0.65, 0.3, 1, 0.69, 0.6), (.mud, 0.65, 0.1, 0.7, 0.68, 0.6),
        (.mud, 0.65, 0.1, 0.5, 0.67, 0.6),
      ].map(Spatter.init),
      cifarC: [
        (.water, 0.62, 0.1, 0.7, 0.7, 0.5), (.water, 0.65, 0.1, 0.8, 0.7, 0.5),
        (.water, 0.65, 0.3, 1, 0.69, 0.5), (.mud, 0.65, 0.1, 0.7, 0.69, 0.6),
        (.mud, 0.65, 0.1, 0.5, 0.68, 0.6),
      ].map(Spatter.init)))
}
