/// The blur of a camera that moves towards the scene: the mean of the image and of enlargements of its middle.
public struct ZoomBlur: Corruption, Hashable {
  /// The bound that enlargements stay below; rounding lets the last one reach it.
  public let end: Double
  /// From one enlargement to the next, beginning with 1.
  public let step: Double

  package init(end: Double, step: Double) {
    self.end = end
    self.step = step
  }

  public var parameters: KeyValuePairs<String, Double> { ["end": end, "step": step] }

  /// The enlargements, counted and spaced as NumPy's `arange` does.
  public var factors: [Double] {
    let spacing = (1 + step) - 1
    return (0..<Int(((end - 1) / step).rounded(.up))).map { 1 + Double($0) * spacing }
  }

  public func corrupted(_ image: PixelImage, draws: Void) -> PixelImage {
    let stride = image.width * 3
    let values = image.pixels.map { Float($0) / 255 }
    let source = RealImage(
      width: image.width, height: image.height, channels: 3, values: values.map(Double.init))
    var sums = [Float](repeating: 0, count: values.count)
    sums.withUnsafeMutableBufferPointer { sums in
      for factor in factors {
        ClippedZoom(width: image.width, height: image.height, factor: factor)
          .forEachRow(of: source) { row, line in
            for index in 0..<stride { sums[row * stride + index] += Float(line[index]) }
          }
      }
    }
    let count = Float(factors.count + 1)
    for index in sums.indices { sums[index] = (values[index] + sums[index]) / count }
    return PixelImage(width: image.width, height: image.height, unitValues: sums)
  }
}

extension CorruptionDescriptor {
  public static let zoomBlur = Self(
    id: "zoom_blur", title: "Zoom blur", family: .blur,
    levels: CorruptionLevels(
      imageNetC: [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)]
        .map(ZoomBlur.init),
      tinyImageNetC: [1.06, 1.11, 1.16, 1.21, 1.26].map { ZoomBlur(end: $0, step: 0.01) },
      cifarC: [1.06, 1.11, 1.16, 1.21, 1.26].map { ZoomBlur(end: $0, step: 0.01) }))
}
