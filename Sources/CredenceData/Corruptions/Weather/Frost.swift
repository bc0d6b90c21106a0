/// Frost on the lens: a part of a photograph of ice added to the darkened image.
///
/// Without `photographs` the ice comes from `FrostTexture`, since the published photographs may not be shipped; brightness
/// and contrast of that ice are like theirs, its shapes are not.
public struct Frost: Corruption {
  /// The share of the image that shows.
  public var imageShare: Double
  /// The share of the ice that is added.
  public var frostShare: Double
  /// How much photographs are shrunk before a part is cut out; 1 for not at all.
  public var photographScale: Double
  /// Photographs of ice, any size.
  public var photographs: [PixelImage]

  public init(
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
    let size = Self.scaledSize(of: photograph, by: photographScale, for: image)
    return Self.part(
      of: photograph, scaledTo: size,
      left: Int.random(in: 0..<max(size.width - image.width, 1), using: &generator),
      top: Int.random(in: 0..<max(size.height - image.height, 1), using: &generator),
      width: image.width, height: image.height)
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

  /// The size to which a photograph is brought: its own times the scale, but a tenth larger than the image at least where it would not cover it.
  private static func scaledSize(
    of photograph: PixelImage, by scale: Double, for image: PixelImage
  ) -> (width: Int, height: Int) {
    let width = Int((Double(photograph.width) * scale).rounded(.toNearestOrEven))
    let height = Int((Double(photograph.height) * scale).rounded(.toNearestOrEven))
    if width > image.width && height > image.height { return (width, height) }
    let growth =
      1.1
      * max(
        Double(image.width) / Double(photograph.width),
        Double(image.height) / Double(photograph.height))
    return (
      Int((Double(photograph.width) * growth).rounded(.up)) + 1,
      Int((Double(photograph.height) * growth).rounded(.up)) + 1
    )
  }

  /// A rectangle of a resized photograph, interpolated linearly between pixel centers without smoothing.
  ///
  /// - Parameters:
  ///   - photograph: The whole.
  ///   - size: The size to which the whole is brought.
  ///   - left: The rectangle's first column there.
  ///   - top: The rectangle's first row there.
  ///   - width: The rectangle's columns.
  ///   - height: The rectangle's rows.
  package static func part(
    of photograph: PixelImage, scaledTo size: (width: Int, height: Int), left: Int, top: Int,
    width: Int, height: Int
  ) -> PixelImage {
    let columns = (left..<left + width).map {
      position($0, from: photograph.width, to: size.width)
    }
    let rows = (top..<top + height).map { position($0, from: photograph.height, to: size.height) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in rows {
      for column in columns {
        for channel in 0..<3 {
          func at(_ y: Int, _ x: Int) -> Double {
            Double(photograph.pixels[(y * photograph.width + x) * 3 + channel])
          }
          let upper =
            at(row.lower, column.lower) * (1 - column.share)
            + at(row.lower, column.upper) * column.share
          let lower =
            at(row.upper, column.lower) * (1 - column.share)
            + at(row.upper, column.upper) * column.share
          pixels.append(UInt8((upper * (1 - row.share) + lower * row.share).rounded()))
        }
      }
    }
    return PixelImage(width: width, height: height, pixels: pixels)
  }

  /// Where the center of an output pixel lies between input pixels.
  private static func position(
    _ index: Int, from input: Int, to output: Int
  ) -> (lower: Int, upper: Int, share: Double) {
    let coordinate = (Double(index) + 0.5) * (Double(input) / Double(output)) - 0.5
    let inside = min(max(coordinate, 0), Double(input - 1))
    let lower = Int(inside)
    return (lower, min(lower + 1, input - 1), inside - Double(lower))
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
