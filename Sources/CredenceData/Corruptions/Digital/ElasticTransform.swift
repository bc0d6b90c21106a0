import Foundation

/// A random affine map, then small smooth displacements of every pixel.
///
/// Images of less than 3 pixels on a side are not mapped, only displaced.
public struct ElasticTransform: Corruption, Hashable {
  /// Multiplies the smoothed displacements.
  public let strength: Double
  /// The standard deviation of the Gaussian that smooths displacements, in pixels.
  public let sigma: Double
  /// How far corners of the affine map move at most in each direction, in pixels.
  public let cornerShift: Double

  package init(strength: Double, sigma: Double, cornerShift: Double) {
    self.strength = strength
    self.sigma = sigma
    self.cornerShift = cornerShift
  }

  public var parameters: KeyValuePairs<String, Double> {
    ["strength": strength, "sigma": sigma, "cornerShift": cornerShift]
  }

  /// Numbers from 0 up to 1: six for the corners, then `[height, width]` for displacements to the right and as many downwards.
  public func draws(
    for image: PixelImage, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    RandomDraws.uniforms(6 + 2 * image.width * image.height, using: &generator)
  }

  public func corrupted(_ image: PixelImage, draws: [Double]) throws -> PixelImage {
    let width = image.width
    let height = image.height
    let count = width * height
    try checkDraws(draws, expected: 6 + 2 * count)
    var values = image.pixels.map { Float($0) / 255 }
    let reach = min(width, height) / 3
    if reach > 0 {
      // The published generator takes the rows for x and the columns for y; it matters for images that are not square.
      let warp = AffineWarp(
        center: (x: Float(height / 2), y: Float(width / 2)), reach: Float(reach),
        shifts: draws[..<6].map { Float(-cornerShift + 2 * cornerShift * $0) })
      values = warp(values, width: width, height: height)
    }
    let right = displacements(draws[6..<6 + count], width: width, height: height)
    let down = displacements(draws[(6 + count)...], width: width, height: height)
    var result = values
    values.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          for x in 0..<width {
            let index = y * width + x
            let column = Double(x) + Double(right[index])
            let row = Double(y) + Double(down[index])
            let (x0, x1) = Self.neighbors(column, count: width)
            let (y0, y1) = Self.neighbors(row, count: height)
            let shareX = column - column.rounded(.down)
            let shareY = row - row.rounded(.down)
            for channel in 0..<3 {
              let topLeft = Double(source[(y0 * width + x0) * 3 + channel])
              let topRight = Double(source[(y0 * width + x1) * 3 + channel])
              let bottomLeft = Double(source[(y1 * width + x0) * 3 + channel])
              let bottomRight = Double(source[(y1 * width + x1) * 3 + channel])
              let upper = topLeft * (1 - shareX) + topRight * shareX
              let lower = bottomLeft * (1 - shareX) + bottomRight * shareX
              target[3 * index + channel] = Float(upper * (1 - shareY) + lower * shareY)
            }
          }
        }
      }
    }
    return PixelImage(width: width, height: height, unitValues: result)
  }

  /// Smooth displacements in pixels, `[height, width]`.
  private func displacements(_ draws: ArraySlice<Double>, width: Int, height: Int) -> [Float] {
    let noise = RealImage(
      width: width, height: height, channels: 1, values: draws.map { -1 + 2 * $0 })
    let filter = GaussianFilter(sigma: sigma, truncate: 3, border: .reflect)
    return filter(noise).values.map { Float($0 * strength) }
  }

  /// The samples before and behind a position, in an image mirrored at its edges.
  private static func neighbors(_ position: Double, count: Int) -> (Int, Int) {
    // Far beyond every image, so that any draw can be converted.
    let whole = Int(min(max(position.rounded(.down), -1e9), 1e9))
    return (
      Border.reflect.index(whole, count: count), Border.reflect.index(whole + 1, count: count)
    )
  }
}

extension CorruptionDescriptor {
  public static let elasticTransform = Self(
    id: "elastic_transform", title: "Elastic transform", family: .digital,
    levels: CorruptionLevels(
      // The published generator takes 244 for the side of its images.
      imageNetC: levels(
        side: 244,
        [(2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02)]),
      tinyImageNetC: levels(
        side: 64,
        [(0, 0, 0.08), (0.05, 0.3, 0.06), (0.1, 0.08, 0.06), (0.1, 0.03, 0.03), (0.16, 0.03, 0.02)]),
      cifarC: levels(
        side: 32,
        [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)])
    ))

  /// Levels whose settings are given as shares of a side in pixels.
  private static func levels(
    side: Double, _ shares: [(Double, Double, Double)]
  ) -> [ElasticTransform] {
    shares.map {
      ElasticTransform(strength: side * $0.0, sigma: side * $0.1, cornerShift: side * $0.2)
    }
  }
}
