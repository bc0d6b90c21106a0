/// Fewer pixels: the image shrunk and enlarged again, both with boxes.
public struct Pixelate: Corruption, Hashable {
  /// The share of width and of height that is left; sides are rounded down to whole pixels, at least 1.
  public let share: Double

  package init(share: Double) { self.share = share }

  public var parameters: KeyValuePairs<String, Double> { ["share": share] }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    let small = BoxResampling(
      from: image, width: max(Int(Double(image.width) * share), 1),
      height: max(Int(Double(image.height) * share), 1))(image)
    return BoxResampling(from: small, width: image.width, height: image.height)(small)
  }
}

extension CorruptionDescriptor {
  public static let pixelate = Self(
    id: "pixelate", title: "Pixelate", family: .digital,
    levels: CorruptionLevels(
      imageNetC: [0.6, 0.5, 0.4, 0.3, 0.25].map(Pixelate.init),
      tinyImageNetC: [0.9, 0.8, 0.7, 0.6, 0.5].map(Pixelate.init),
      cifarC: [0.95, 0.9, 0.85, 0.75, 0.65].map(Pixelate.init)))
}
