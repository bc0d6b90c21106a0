import Foundation

/// A separable Gaussian filter, columns first, as SciPy's `gaussian_filter` computes it.
///
/// Weights reach to `truncate` standard deviations, rounded to whole pixels, and sum to 1. Sums run from the outermost
/// pair of neighbors inwards, which gives SciPy's rounding.
struct GaussianFilter {
  /// Weights by distance, the center first; a single 1 leaves the image as it is.
  let weights: [Double]
  let border: Border

  /// - Parameters:
  ///   - sigma: The standard deviation in pixels; 0 for no filter.
  ///   - truncate: Where the weights end, in standard deviations.
  ///   - border: What lies beyond the edges.
  init(sigma: Double, truncate: Double = 4, border: Border = .nearest) {
    self.border = border
    guard sigma > 1e-15 else {
      weights = [1]
      return
    }
    let radius = Int(truncate * sigma + 0.5)
    let scale = -0.5 / (sigma * sigma)
    let curve = (0...radius).map { exp(scale * Double($0 * $0)) }
    let sum = curve[0] + 2 * curve.dropFirst().reduce(0, +)
    weights = curve.map { $0 / sum }
  }

  private var radius: Int { weights.count - 1 }

  func callAsFunction(_ image: RealImage) -> RealImage {
    if radius == 0 { return image }
    return filteredRows(filteredColumns(image))
  }

  /// Filters along columns.
  private func filteredColumns(_ image: RealImage) -> RealImage {
    let height = image.height
    let stride = image.width * image.channels
    if 2 * radius >= 2 * height { return foldedColumns(image) }
    var result = image
    image.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          let row = y * stride
          for index in 0..<stride { target[row + index] = source[row + index] * weights[0] }
          for distance in (1...radius).reversed() {
            let above = border.index(y - distance, count: height) * stride
            let below = border.index(y + distance, count: height) * stride
            let weight = weights[distance]
            for index in 0..<stride {
              target[row + index] += (source[above + index] + source[below + index]) * weight
            }
          }
        }
      }
    }
    return result
  }

  /// Filters along rows.
  private func filteredRows(_ image: RealImage) -> RealImage {
    let width = image.width
    let channels = image.channels
    let stride = width * channels
    if 2 * radius >= 2 * width { return foldedRows(image) }
    var result = image
    var padded = [Double](repeating: 0, count: (width + 2 * radius) * channels)
    let indices = (-radius..<width + radius).map { border.index($0, count: width) }
    image.values.withUnsafeBufferPointer { source in
      padded.withUnsafeMutableBufferPointer { line in
        result.values.withUnsafeMutableBufferPointer { target in
          for row in Swift.stride(from: 0, to: source.count, by: stride) {
            for (position, index) in indices.enumerated() {
              for channel in 0..<channels {
                line[position * channels + channel] = source[row + index * channels + channel]
              }
            }
            let center = radius * channels
            for index in 0..<stride { target[row + index] = line[center + index] * weights[0] }
            for distance in (1...radius).reversed() {
              let left = center - distance * channels
              let right = center + distance * channels
              let weight = weights[distance]
              for index in 0..<stride {
                target[row + index] += (line[left + index] + line[right + index]) * weight
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The weight of every input position for every output position, `[input, output]`, of a filter wider than the image.
  private func foldedWeights(count: Int) -> [Double] {
    var matrix = [Double](repeating: 0, count: count * count)
    for output in 0..<count {
      for offset in -radius...radius {
        let input = border.index(output + offset, count: count)
        matrix[input * count + output] += weights[abs(offset)]
      }
    }
    return matrix
  }

  private func foldedColumns(_ image: RealImage) -> RealImage {
    let height = image.height
    let stride = image.width * image.channels
    let matrix = foldedWeights(count: height)
    var result = RealImage(width: image.width, height: height, channels: image.channels)
    image.values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for output in 0..<height {
          for input in 0..<height {
            let weight = matrix[input * height + output]
            for index in 0..<stride {
              target[output * stride + index] += source[input * stride + index] * weight
            }
          }
        }
      }
    }
    return result
  }

  private func foldedRows(_ image: RealImage) -> RealImage {
    let width = image.width
    let channels = image.channels
    let matrix = foldedWeights(count: width)
    var result = RealImage(width: width, height: image.height, channels: channels)
    image.values.withUnsafeBufferPointer { source in
      matrix.withUnsafeBufferPointer { matrix in
        result.values.withUnsafeMutableBufferPointer { target in
          for y in 0..<image.height {
            for channel in 0..<channels {
              let start = y * width * channels + channel
              for input in 0..<width {
                let value = source[start + input * channels]
                for output in 0..<width {
                  target[start + output * channels] += value * matrix[input * width + output]
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
