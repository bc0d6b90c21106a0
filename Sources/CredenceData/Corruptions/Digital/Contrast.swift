/// Weaker contrast: values nearer to the mean of their channel.
public struct Contrast: Corruption, Hashable {
  /// The share of each distance from the mean that is left.
  public let share: Double

  package init(share: Double) { self.share = share }

  public var parameters: KeyValuePairs<String, Double> { ["share": share] }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    var values = unitValues(of: image.pixels)
    for channel in 0..<3 {
      var sum = 0
      for index in stride(from: channel, to: values.count, by: 3) {
        sum += Int(image.pixels[index])
      }
      let mean = Double(sum) / 255 / Double(image.width * image.height)
      for index in stride(from: channel, to: values.count, by: 3) {
        values[index] = (values[index] - mean) * share + mean
      }
    }
    return PixelImage(width: image.width, height: image.height, unitValues: values)
  }
}

extension CorruptionDescriptor {
  public static let contrast = Self(
    id: "contrast", title: "Contrast", family: .digital,
    levels: CorruptionLevels(
      imageNetC: [0.4, 0.3, 0.2, 0.1, 0.05].map(Contrast.init),
      tinyImageNetC: [0.4, 0.3, 0.2, 0.1, 0.05].map(Contrast.init),
      cifarC: [0.75, 0.5, 0.4, 0.3, 0.15].map(Contrast.init)))
}
