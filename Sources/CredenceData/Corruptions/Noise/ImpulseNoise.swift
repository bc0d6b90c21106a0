/// Salt and pepper in every channel, as of broken bits.
public struct ImpulseNoise: Corruption, Hashable {
  /// The share of values that become black or white.
  public let amount: Double

  package init(amount: Double) { self.amount = amount }

  public var parameters: KeyValuePairs<String, Double> { ["amount": amount] }

  /// Numbers from 0 up to 1, two for every value: first all that decide whether it changes, then all that decide for white.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    RandomDraws.uniforms(2 * image.pixels.count, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: [Double]) throws -> PixelImage {
    let count = image.pixels.count
    try checkDraws(draws, expected: 2 * count)
    var result = image
    for index in 0..<count where draws[index] <= amount {
      result.pixels[index] = draws[count + index] <= 0.5 ? 255 : 0
    }
    return result
  }
}

extension CorruptionDescriptor {
  public static let impulseNoise = Self(
    id: "impulse_noise", title: "Impulse noise", family: .noise,
    levels: CorruptionLevels(
      imageNetC: [0.03, 0.06, 0.09, 0.17, 0.27].map(ImpulseNoise.init),
      tinyImageNetC: [0.01, 0.02, 0.05, 0.08, 0.14].map(ImpulseNoise.init),
      cifarC: [0.01, 0.02, 0.03, 0.05, 0.07].map(ImpulseNoise.init)))
}
