/// The blur of a camera that moves.
///
/// Offsets and weights are ImageMagick's, which the published generators call. Images smaller than the motion keep their
/// brightness; the reimplementation in the `imagecorruptions` package darkens them.
public struct MotionBlur: Corruption, Hashable {
  /// Half the number of pixels that are averaged.
  public let radius: Int
  /// The standard deviation of their weights, in pixels.
  public let sigma: Double

  package init(radius: Int, sigma: Double) {
    self.radius = radius
    self.sigma = sigma
  }

  public var parameters: KeyValuePairs<String, Double> {
    ["radius": Double(radius), "sigma": sigma]
  }

  /// The angle of the motion, from −45 to 45 degrees.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> Double {
    Double.random(in: -45..<45, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: Double) throws -> PixelImage {
    try checkDraws([draws], expected: 1)
    let motion = LinearMotion(radius: radius, sigma: sigma, angle: draws)
    return PixelImage(
      width: image.width, height: image.height,
      pixels: motion(image.pixels, width: image.width, height: image.height, channels: 3))
  }
}

extension CorruptionDescriptor {
  public static let motionBlur = Self(
    id: "motion_blur", title: "Motion blur", family: .blur,
    levels: CorruptionLevels(
      imageNetC: [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)].map(MotionBlur.init),
      tinyImageNetC: [(10, 1), (10, 1.5), (10, 2), (10, 2.5), (12, 3)].map(MotionBlur.init),
      cifarC: [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)].map(MotionBlur.init)))
}
