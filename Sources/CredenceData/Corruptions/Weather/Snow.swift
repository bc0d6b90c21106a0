/// Falling snow: streaks from thresholded noise over an image that is bleached.
public struct Snow: Corruption, Hashable {
  /// The mean of the normal noise that becomes flakes.
  public let mean: Double
  /// Its standard deviation.
  public let deviation: Double
  /// How much flakes are enlarged.
  public let zoom: Double
  /// The noise below which there is no flake.
  public let threshold: Double
  /// Half the number of pixels over which a flake is drawn out.
  public let radius: Int
  /// The standard deviation of a streak, in pixels.
  public let sigma: Double
  /// The share of the image that is not bleached.
  public let clarity: Double

  package init(
    mean: Double, deviation: Double, zoom: Double, threshold: Double, radius: Int, sigma: Double,
    clarity: Double
  ) {
    self.mean = mean
    self.deviation = deviation
    self.zoom = zoom
    self.threshold = threshold
    self.radius = radius
    self.sigma = sigma
    self.clarity = clarity
  }

  public var parameters: KeyValuePairs<String, Double> {
    [
      "mean": mean, "deviation": deviation, "zoom": zoom, "threshold": threshold,
      "radius": Double(radius), "sigma": sigma, "clarity": clarity,
    ]
  }

  /// What snow is made of.
  public struct Draws: Hashable, Sendable {
    /// Standard normal numbers, `[height, width]`.
    public var flakes: [Double]
    /// The direction of the fall, from −135 to −45 degrees.
    public var angle: Double

    public init(flakes: [Double], angle: Double) {
      self.flakes = flakes
      self.angle = angle
    }
  }

  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> Draws {
    let flakes = RandomDraws.normals(image.width * image.height, using: &generator)
    return Draws(flakes: flakes, angle: Double.random(in: -135 ..< -45, using: &generator))
  }

  public func corrupted(_ image: PixelImage, draws: Draws) throws -> PixelImage {
    let count = image.width * image.height
    try checkDraws(draws.flakes, expected: count)
    try checkDraws([draws.angle], expected: 1)
    let streaks = streaks(image, draws: draws)
    let clarity = Float(clarity)
    let bleach = Float(1 - self.clarity)
    var values = [Double](repeating: 0, count: 3 * count)
    for pixel in 0..<count {
      let snow = Double(streaks[pixel]) / 255
      // The layer is laid on a second time, turned by half a circle.
      let turned = Double(streaks[count - 1 - pixel]) / 255
      let red = Float(image.pixels[3 * pixel]) / 255
      let green = Float(image.pixels[3 * pixel + 1]) / 255
      let blue = Float(image.pixels[3 * pixel + 2]) / 255
      let white = (red * 0.299 + green * 0.587 + blue * 0.114) * 1.5 + 0.5
      for (channel, value) in [red, green, blue].enumerated() {
        let bleached = clarity * value + bleach * max(value, white)
        values[3 * pixel + channel] = Double(bleached) + snow + turned
      }
    }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }

  /// The brightness of snow, `[height, width]`.
  private func streaks(_ image: PixelImage, draws: Draws) -> [UInt8] {
    let noise = RealImage(
      width: image.width, height: image.height, channels: 1,
      values: draws.flakes.map { mean + deviation * $0 })
    var flakes = [UInt8](repeating: 0, count: noise.values.count)
    ClippedZoom(width: image.width, height: image.height, factor: zoom)
      .forEachRow(of: noise) { row, line in
        for (x, value) in line.enumerated() where value >= threshold {
          flakes[row * image.width + x] = UInt8(min(max(0, value), 1) * 255)
        }
      }
    return LinearMotion(radius: radius, sigma: sigma, angle: draws.angle)(
      flakes, width: image.width, height: image.height, channels: 1)
  }
}

extension CorruptionDescriptor {
  public static let snow = Self(
    id: "snow", title: "Snow", family: .weather,
    levels: CorruptionLevels(
      imageNetC: [
        (0.1, 0.3, 3, 0.5, 10, 4, 0.8), (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
        (0.55, 0.3, 4, 0.9, 12, 8, 0.7), (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
        (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
      ].map(Snow.init),
      tinyImageNetC: [
        (0.1, 0.2, 1, 0.6, 8, 3, 0.8), (0.1, 0.2, 1, 0.5, 10, 4, 0.8),
        (0.15, 0.3, 1.75, 0.55, 10, 4, 0.7), (0.25, 0.3, 2.25, 0.6, 12, 6, 0.65),
        (0.3, 0.3, 1.25, 0.65, 14, 12, 0.6),
      ].map(Snow.init),
      cifarC: [
        (0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
        (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9), (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
        (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
      ].map(Snow.init)))
}
