/// A Gaussian blur.
public struct GaussianBlur: Corruption, Hashable {
  /// The standard deviation in pixels.
  public let sigma: Double

  package init(sigma: Double) { self.sigma = sigma }

  public var parameters: KeyValuePairs<String, Double> { ["sigma": sigma] }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    GaussianFilter(sigma: sigma)(RealImage(image)).pixelImage()
  }
}

extension CorruptionDescriptor {
  public static let gaussianBlur = Self(
    id: "gaussian_blur", title: "Gaussian blur", family: .extra,
    levels: CorruptionLevels(
      imageNetC: [1, 2, 3, 4, 6].map(GaussianBlur.init),
      tinyImageNetC: [0.5, 0.75, 1, 1.25, 1.5].map(GaussianBlur.init),
      cifarC: [0.4, 0.6, 0.7, 0.8, 1].map(GaussianBlur.init)))
}
