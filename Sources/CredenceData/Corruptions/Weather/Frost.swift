/// Frost on the lens: a part of a photograph of ice added to the darkened image.
///
/// Without `photographs` the ice comes from `FrostTexture`, since the published photographs may not be shipped; brightness
/// and contrast of that ice are like theirs, its shapes are not.
public struct Frost: Corruption {
  /// The share of the image that shows.
  public let imageShare: Double
  /// The share of the ice that is added.
  public let frostShare: Double
  /// How much photographs are shrunk before a part is cut out; 1 for not at all.
  public let photographScale: Double
  /// Photographs of ice, any size.
  public internal(set) var photographs: [PixelImage]

  package init(
    imageShare: Double, frostShare: Double, photographScale: Double = 1,
    photographs: [PixelImage] = []
  ) {
    self.imageShare = imageShare
    self.frostShare = frostShare
    self.photographScale = photographScale
    self.photographs = photographs
  }

  public var parameters: KeyValuePairs<String, Double> {
    [
      "imageShare": imageShare, "frostShare": frostShare, "photographScale": photographScale,
    ]
  }

  /// The ice over the image, of its size.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> PixelImage {
    guard let photograph = photographs.randomElement(using: &generator) else {
      return FrostTexture(width: image.width, height: image.height, scale: photographScale)
        .image(using: &generator)
    }
    let size = scaledSize(of: photograph, for: image)
    return part(
      of: photograph, for: image,
      left: Int.random(in: 0..<max(size.width - image.width, 1), using: &generator),
      top: Int.random(in: 0..<max(size.height - image.height, 1), using: &generator))
  }

  public func corrupted(_ image: PixelImage, draws: PixelImage) throws -> PixelImage {
    try checkDraws(draws.pixels.count, expected: image.pixels.count)
    var result = image
    for index in result.pixels.indices {
      let value =
        imageShare * Double(image.pixels[index]) + frostShare * Double(draws.pixels[index])
      result.pixels[index] = UInt8(min(max(value, 0), 255))
    }
    return result
  }

  /// The size to which a photograph is brought, and the distance of its pixels in the original.
  ///
  /// It is the photograph's own size times the scale, or a tenth more than covers the image.
  private func scaledSize(
    of photograph: PixelImage, for image: PixelImage
  ) -> (width: Int, height: Int, step: Double) {
    let width = Int((Double(photograph.width) * photographScale).rounded(.toNearestOrEven))
    let height = Int((Double(photograph.height) * photographScale).rounded(.toNearestOrEven))
    if width > image.width && height > image.height { return (width, height, 1 / photographScale) }
    let cover = max(
      Double(image.width) / Double(photograph.width),
      Double(image.height) / Double(photograph.height))
    let growth = 1.1 * cover
    return (
      Int((Double(photograph.width) * growth).rounded(.up)) + 1,
      Int((Double(photograph.height) * growth).rounded(.up)) + 1, 1 / growth
    )
  }

  /// A part of a photograph, of the image's size, interpolated linearly between pixel centers without smoothing.
  ///
  /// - Parameters:
  ///   - photograph: The whole.
  ///   - image: The image that it will cover.
  ///   - left: The part's first column in the scaled photograph.
  ///   - top: The part's first row in the scaled photograph.
  /// - Returns: An image of the size of `image`.
  package func part(
    of photograph: PixelImage, for image: PixelImage, left: Int, top: Int
  ) -> PixelImage {
    let step = scaledSize(of: photograph, for: image).step
    let columns = (left..<left + image.width).map {
      Self.position($0, step: step, count: photograph.width)
    }
    let rows = (top..<top + image.height).map {
      Self.position($0, step: step, count: photograph.height)
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(image.pixels.count)
    for row in rows {
      for column in columns {
        for channel in 0..<3 {
          func at(_ y: Int, _ x: Int) -> Double {
            Double(photograph.pixels[(y * photograph.width + x) * 3 + channel])
          }
          let upperLeft = at(row.lower, column.lower) * (1 - column.share)
          let upper = upperLeft + at(row.lower, column.upper) * column.share
          let lowerLeft = at(row.upper, column.lower) * (1 - column.share)
          let lower = lowerLeft + at(row.upper, column.upper) * column.share
          pixels.append(UInt8((upper * (1 - row.share) + lower * row.share).rounded()))
        }
      }
    }
    return PixelImage(width: image.width, height: image.height, pixels: pixels)
  }

  /// Where the center of a scaled pixel lies between original ones.
  private static func position(
    _ index: Int, step: Double, count: Int
  ) -> (lower: Int, upper: Int, share: Double) {
    let coordinate = (Double(index) + 0.5) * step - 0.5
    let inside = min(max(coordinate, 0), Double(count - 1))
    let lower = Int(inside)
    return (lower, min(lower + 1, count - 1), inside - Double(lower))
  }
}

extension CorruptionDescriptor {
  public static let frost = Self(
    id: "frost", title: "Frost", family: .weather,
    levels: CorruptionLevels(
      imageNetC: [(1, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75)].map {
        Frost(imageShare: $0, frostShare: $1)
      },
      tinyImageNetC: [(1, 0.3), (0.9, 0.4), (0.8, 0.45), (0.75, 0.5), (0.7, 0.55)].map {
        Frost(imageShare: $0, frostShare: $1, photographScale: 0.3)
      },
      cifarC: [(1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)].map {
        Frost(imageShare: $0, frostShare: $1, photographScale: 0.2)
      }),
    provide: { resources, level in level.photographs = resources.frostImages })
}
