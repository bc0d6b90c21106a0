/// Frosted glass: pixels take the place of near ones, between two Gaussian blurs.
///
/// Where the paper speaks of swapping, the published generator copies: the first pixel takes the value of the second, which
/// keeps its own. Credence does as the generator does.
public struct GlassBlur: Corruption, Hashable {
  /// The standard deviation of the blurs, in pixels.
  public let sigma: Double
  /// The largest displacement to the left and upwards, in pixels; to the right and downwards it is one less.
  public let reach: Int
  /// How often all pixels are displaced.
  public let rounds: Int

  package init(sigma: Double, reach: Int, rounds: Int) {
    self.sigma = sigma
    self.reach = reach
    self.rounds = rounds
  }

  public var parameters: KeyValuePairs<String, Double> {
    ["sigma": sigma, "reach": Double(reach), "rounds": Double(rounds)]
  }

  /// Displacements to the right and downwards in turn, from −`reach` to `reach` − 1, per round from the last pixel to the first.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Int8] {
    // Scaling 32 random bits prefers some displacements by less than 2⁻²⁸.
    let choices = UInt64(2 * reach)
    var draws: [Int8] = []
    draws.reserveCapacity(2 * rounds * displacedCount(image))
    for _ in 0..<rounds * displacedCount(image) {
      let bits = generator.next()
      draws.append(Int8(Int(((bits >> 32) * choices) >> 32) - reach))
      draws.append(Int8(Int(((bits & 0xffff_ffff) * choices) >> 32) - reach))
    }
    return draws
  }

  public func corrupted(_ image: PixelImage, draws: [Int8]) throws -> PixelImage {
    try checkDraws(draws.count, expected: 2 * rounds * displacedCount(image))
    let filter = GaussianFilter(sigma: sigma)
    var displaced = filter(RealImage(image)).pixelImage()
    let width = image.width
    let height = image.height
    var draw = 0
    displaced.pixels.withUnsafeMutableBufferPointer { pixels in
      for _ in 0..<rounds {
        for y in stride(from: height - reach, to: reach, by: -1) {
          for x in stride(from: width - reach, to: reach, by: -1) {
            let column = min(max(x + Int(draws[draw]), 0), width - 1)
            let row = min(max(y + Int(draws[draw + 1]), 0), height - 1)
            draw += 2
            let target = (y * width + x) * 3
            let source = (row * width + column) * 3
            for channel in 0..<3 { pixels[target + channel] = pixels[source + channel] }
          }
        }
      }
    }
    return filter(RealImage(displaced)).pixelImage()
  }

  /// The number of pixels that are displaced in a round: those far enough from the edges.
  private func displacedCount(_ image: PixelImage) -> Int {
    max(image.width - 2 * reach, 0) * max(image.height - 2 * reach, 0)
  }
}

extension CorruptionDescriptor {
  public static let glassBlur = Self(
    id: "glass_blur", title: "Glass blur", family: .blur,
    levels: CorruptionLevels(
      imageNetC: [(0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)]
        .map(GlassBlur.init),
      tinyImageNetC: [(0.1, 1, 1), (0.5, 1, 1), (0.6, 1, 2), (0.7, 2, 1), (0.9, 2, 2)]
        .map(GlassBlur.init),
      cifarC: [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)]
        .map(GlassBlur.init)))
}
