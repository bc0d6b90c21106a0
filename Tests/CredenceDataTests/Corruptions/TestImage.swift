import CredenceData

/// Images for tests, by formula.
enum TestImage {
  /// Smooth colors with edges and texture, blown up by whole pixels.
  static func colorful(width: Int, height: Int, shift: Int = 0, stretch: Int = 1) -> PixelImage {
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) = (column / stretch, row / stretch)
        let edge = (x / 5 + y / 7 + shift) % 2 * 60
        for c in 0..<3 {
          let wave = (x * (3 + c) + y * (5 - c) + shift * 11) % 256
          let triangle = wave < 128 ? wave : 255 - wave
          pixels.append(UInt8(min(40 + triangle + edge + (x * y * (c + 1)) % 7, 255)))
        }
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  /// All pixels of one gray.
  static func gray(_ level: UInt8, width: Int, height: Int) -> PixelImage {
    PixelImage(
      width: width, height: height, pixels: [UInt8](repeating: level, count: width * height * 3))
  }

  /// What JPEG compression needs in tests: the image itself.
  static let resources = CorruptionResources(jpegRoundTrip: { image, _ in image })
}

extension CorruptionDescriptor {
  /// The corrupted image with the tests' resources and seed.
  func corrupted(
    _ image: PixelImage, _ severity: Int, _ benchmark: CorruptionBenchmark = .cifarC,
    sample: String = "sample"
  ) throws -> PixelImage {
    try corrupted(
      image, severity: severity, benchmark: benchmark, seed: 7, sample: sample,
      resources: TestImage.resources)
  }
}
