/// Fog: a cloud added to the image, which is darkened so that the brightest value stays.
public struct Fog: Corruption, Hashable {
  /// The brightness of the densest fog.
  public let density: Double
  /// How fast small structures fade; a large decay makes smooth fog.
  public let decay: Double

  package init(density: Double, decay: Double) {
    self.density = density
    self.decay = decay
  }

  public var parameters: KeyValuePairs<String, Double> { ["density": density, "decay": decay] }

  /// Numbers from 0 up to 1, in the order in which `PlasmaFractal` takes them.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    let side = Self.cloudSide(image)
    return RandomDraws.uniforms(side * side - 1, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: [Double]) throws -> PixelImage {
    let side = Self.cloudSide(image)
    try checkDraws(draws, expected: side * side - 1)
    let cloud = PlasmaFractal(side: side, decay: decay, uniforms: draws)
    var values = unitValues(of: image.pixels)
    let brightest = values.max() ?? 0
    for y in 0..<image.height {
      for x in 0..<image.width {
        let fog = density * cloud.values[y * side + x]
        for index in (y * image.width + x) * 3..<(y * image.width + x) * 3 + 3 {
          values[index] = (values[index] + fog) * brightest / (brightest + density)
        }
      }
    }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }

  /// The smallest power of two that is no smaller than the image's sides, at least 4.
  private static func cloudSide(_ image: PixelImage) -> Int {
    var side = 4
    while side < max(image.width, image.height) { side *= 2 }
    return side
  }
}

extension CorruptionDescriptor {
  public static let fog = Self(
    id: "fog", title: "Fog", family: .weather,
    levels: CorruptionLevels(
      imageNetC: [(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)].map(Fog.init),
      tinyImageNetC: [(0.4, 3), (0.7, 3), (1, 2.5), (1.5, 2), (2, 1.75)].map(Fog.init),
      cifarC: [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)].map(Fog.init)))
}
