/// The blur of a lens out of focus: a disk with a soft rim.
public struct DefocusBlur: Corruption, Hashable {
  /// Of the disk, in pixels.
  public let radius: Double
  /// The standard deviation of the Gaussian that softens the rim, in pixels.
  public let softness: Double

  package init(radius: Double, softness: Double) {
    self.radius = radius
    self.softness = softness
  }

  public var parameters: KeyValuePairs<String, Double> {
    ["radius": radius, "softness": softness]
  }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    DiskKernel(radius: radius, softness: softness)(RealImage(image)).pixelImage()
  }
}

extension CorruptionDescriptor {
  public static let defocusBlur = Self(
    id: "defocus_blur", title: "Defocus blur", family: .blur,
    levels: CorruptionLevels(
      imageNetC: [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)].map(DefocusBlur.init),
      tinyImageNetC: [(0.5, 0.6), (1, 0.1), (1.5, 0.1), (2.5, 0.01), (3, 0.1)]
        .map(DefocusBlur.init),
      cifarC: [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)].map(DefocusBlur.init)))
}
