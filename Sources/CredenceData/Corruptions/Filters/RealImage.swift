/// An image of real numbers, `[height, width, channels]`.
struct RealImage: Sendable {
  let width: Int
  let height: Int
  let channels: Int
  var values: [Double]

  init(width: Int, height: Int, channels: Int, values: [Double]) {
    precondition(values.count == width * height * channels)
    self.width = width
    self.height = height
    self.channels = channels
    self.values = values
  }

  init(width: Int, height: Int, channels: Int) {
    self.init(
      width: width, height: height, channels: channels,
      values: [Double](repeating: 0, count: width * height * channels))
  }

  /// The bytes divided by 255.
  init(_ image: PixelImage) {
    self.init(
      width: image.width, height: image.height, channels: 3,
      values: unitValues(of: image.pixels))
  }

  /// The values as bytes: clipped to 0...1, times 255, truncated.
  func pixelImage() -> PixelImage { PixelImage(width: width, height: height, unitValues: values) }
}

/// The bytes divided by 255.
func unitValues(of bytes: [UInt8]) -> [Double] { bytes.map { Double($0) / 255 } }

extension PixelImage {
  /// An image of three channels, each value clipped to 0...1, multiplied by 255 and truncated.
  init(width: Int, height: Int, unitValues: [Double]) {
    self.init(
      width: width, height: height,
      pixels: unitValues.map { UInt8(min(max(0, $0), 1) * 255) })
  }

  /// An image of three channels, each value clipped to 0...1, multiplied by 255 and truncated.
  init(width: Int, height: Int, unitValues: [Float]) {
    self.init(
      width: width, height: height,
      pixels: unitValues.map { UInt8(min(max(0, $0), 1) * 255) })
  }
}
