import Foundation

/// The trace of a motion along a line: weights that fall off on one side like half a Gaussian.
///
/// The offsets and weights are ImageMagick's `MotionBlurImage`, from which the published benchmarks come; pixels beyond the
/// edges repeat the outermost ones, and sums are rounded to whole bytes.
struct LinearMotion {
  private let weights: [Double]
  private let columnOffsets: [Int]
  private let rowOffsets: [Int]

  /// - Parameters:
  ///   - radius: Half the number of weights, in pixels.
  ///   - sigma: The standard deviation of the weights, in pixels.
  ///   - angle: Of the motion, in degrees.
  init(radius: Int, sigma: Double, angle: Double) {
    let width = 2 * radius + 1
    let curve = (0..<width).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = curve.reduce(0, +)
    weights = curve.map { $0 / sum }
    let radians = angle * Double.pi / 180
    let alongColumns = Double(width) * sin(radians)
    let alongRows = Double(width) * cos(radians)
    let length = hypot(alongColumns, alongRows)
    rowOffsets = (0..<width).map { Int((Double($0) * alongColumns / length - 0.5).rounded(.up)) }
    columnOffsets = (0..<width).map { Int((Double($0) * alongRows / length - 0.5).rounded(.up)) }
  }

  /// The blurred bytes, `[height, width, channels]`.
  func callAsFunction(_ bytes: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
    let reach = weights.count
    let stride = width * channels
    let paddedStride = (width + 2 * reach) * channels
    var padded = [Double](repeating: 0, count: height * paddedStride)
    for y in 0..<height {
      for position in 0..<width + 2 * reach {
        let column = min(max(position - reach, 0), width - 1)
        for channel in 0..<channels {
          padded[y * paddedStride + position * channels + channel] =
            Double(bytes[y * stride + column * channels + channel])
        }
      }
    }
    var sums = [Double](repeating: 0, count: stride)
    var result = [UInt8](repeating: 0, count: bytes.count)
    padded.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { sums in
        for y in 0..<height {
          sums.update(repeating: 0)
          for (step, weight) in weights.enumerated() {
            let row = min(max(y + rowOffsets[step], 0), height - 1) * paddedStride
            let start = row + (reach + columnOffsets[step]) * channels
            for index in 0..<stride { sums[index] += weight * source[start + index] }
          }
          for index in 0..<stride {
            result[y * stride + index] = UInt8(min(max(sums[index].rounded(), 0), 255))
          }
        }
      }
    }
    return result
  }
}
