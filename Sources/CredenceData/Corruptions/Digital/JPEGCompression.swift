/// The blocks and halos of strong JPEG compression.
public struct JPEGCompression: Corruption {
  /// The quality setting of libjpeg, from 1 to 100.
  public let quality: Int
  /// Encodes and decodes.
  public internal(set) var roundTrip: CorruptionResources.JPEGRoundTrip

  package init(
    quality: Int,
    roundTrip: @escaping CorruptionResources.JPEGRoundTrip = CorruptionResources.libjpeg
  ) {
    self.quality = quality
    self.roundTrip = roundTrip
  }

  public var parameters: KeyValuePairs<String, Double> { ["quality": Double(quality)] }

  /// The image after compression.
  ///
  /// - Throws: `CorruptionError.changedSize`, and what the codec throws.
  public func corrupted(_ image: PixelImage, draws: Void) throws -> PixelImage {
    let result = try roundTrip(image, quality)
    guard result.width == image.width, result.height == image.height else {
      throw CorruptionError.changedSize(corruption: "jpeg_compression")
    }
    return result
  }
}

extension CorruptionDescriptor {
  public static let jpegCompression = Self(
    id: "jpeg_compression", title: "JPEG compression", family: .digital,
    levels: CorruptionLevels(
      imageNetC: [25, 18, 15, 10, 7].map { JPEGCompression(quality: $0) },
      tinyImageNetC: [65, 58, 50, 40, 25].map { JPEGCompression(quality: $0) },
      cifarC: [80, 65, 58, 50, 40].map { JPEGCompression(quality: $0) }),
    provide: { resources, level in level.roundTrip = resources.jpegRoundTrip })
}
