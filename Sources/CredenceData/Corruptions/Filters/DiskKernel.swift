import Foundation

/// A disk whose rim is softened by a small Gaussian, as OpenCV blurs it in 32-bit arithmetic.
///
/// The kernel is symmetric in both directions, so its weights are stored by distance.
struct DiskKernel {
  /// The largest distance from the center.
  let reach: Int
  /// `[reach + 1, reach + 1]`: weights by vertical and horizontal distance.
  let weights: [Double]

  /// - Parameters:
  ///   - radius: In pixels, greater than 0.
  ///   - softness: The standard deviation of the Gaussian, in pixels.
  init(radius: Double, softness: Double) {
    let reach = radius <= 8 ? 8 : Int(radius)
    let side = 2 * reach + 1
    var disk = [Float](repeating: 0, count: side * side)
    for y in -reach...reach {
      for x in -reach...reach where Double(x * x + y * y) <= radius * radius {
        disk[(y + reach) * side + x + reach] = 1
      }
    }
    let area = disk.reduce(0, +)
    for index in disk.indices { disk[index] /= area }

    let curve = (0...(radius <= 8 ? 1 : 2)).map {
      exp(-Double($0 * $0) / (2 * softness * softness))
    }
    let sum = curve[0] + 2 * curve.dropFirst().reduce(0, +)
    let taps = curve.map { Float($0 / sum) }
    let across = Self.blurred(disk, side: side, step: 1, taps: taps)
    let blurred = Self.blurred(across, side: side, step: side, taps: taps)

    self.reach = reach
    weights = (0...reach).flatMap { y in
      (0...reach).map { x in Double(blurred[(y + reach) * side + x + reach]) }
    }
  }

  private static func blurred(_ values: [Float], side: Int, step: Int, taps: [Float]) -> [Float] {
    var result = values
    for index in values.indices {
      let position = index / step % side
      let line = index - position * step
      var sum = values[index] * taps[0]
      for (distance, tap) in taps.enumerated().dropFirst() {
        let before = Border.reflect101.index(position - distance, count: side)
        let after = Border.reflect101.index(position + distance, count: side)
        sum += (values[line + before * step] + values[line + after * step]) * tap
      }
      result[index] = sum
    }
    return result
  }

  /// The weighted sum around every pixel; the image is mirrored at its outermost pixels.
  func callAsFunction(_ image: RealImage) -> RealImage {
    let width = image.width
    let height = image.height
    let channels = image.channels
    let stride = width * channels
    let paddedStride = (width + 2 * reach) * channels
    let columns = (-reach..<width + reach).map { Border.reflect101.index($0, count: width) }
    var padded = [Double](repeating: 0, count: height * paddedStride)
    for y in 0..<height {
      for (position, column) in columns.enumerated() {
        for channel in 0..<channels {
          padded[y * paddedStride + position * channels + channel] =
            image.values[y * stride + column * channels + channel]
        }
      }
    }
    var result = RealImage(width: width, height: height, channels: channels)
    var pair = [Double](repeating: 0, count: paddedStride)
    padded.withUnsafeBufferPointer { source in
      pair.withUnsafeMutableBufferPointer { pair in
        result.values.withUnsafeMutableBufferPointer { target in
          for y in 0..<height {
            for dy in 0...reach {
              let row = weights[dy * (reach + 1)..<(dy + 1) * (reach + 1)]
              guard let last = row.lastIndex(where: { $0 != 0 }) else { continue }
              let above = Border.reflect101.index(y - dy, count: height) * paddedStride
              let below = Border.reflect101.index(y + dy, count: height) * paddedStride
              let share = dy == 0 ? 0.5 : 1
              for index in 0..<paddedStride {
                pair[index] = share * (source[above + index] + source[below + index])
              }
              let center = reach * channels
              for dx in 0...(last - row.startIndex) {
                let weight = row[row.startIndex + dx] * (dx == 0 ? 0.5 : 1)
                let left = center - dx * channels
                let right = center + dx * channels
                for index in 0..<stride {
                  target[y * stride + index] += weight * (pair[left + index] + pair[right + index])
                }
              }
            }
          }
        }
      }
    }
    return result
  }
}
