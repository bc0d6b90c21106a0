/// An affine map of the plane given by where three corners go, applied to images by linear interpolation.
///
/// Positions are rounded to 1/32 pixel, as in OpenCV's `warpAffine`; the image is mirrored at its outermost pixels.
struct AffineWarp {
  /// The inverse map: source column and row from target column, row and 1.
  private let inverse: (Double, Double, Double, Double, Double, Double)

  /// The map that moves the corners (*x*+*s*, *y*+*s*), (*x*+*s*, *y*−*s*) and (*x*−*s*, *y*−*s*) by given shifts.
  ///
  /// - Parameters:
  ///   - center: Column and row, *x* and *y*.
  ///   - reach: *s*, greater than 0.
  ///   - shifts: Column and row of each shift, six numbers.
  init(center: (x: Float, y: Float), reach: Float, shifts: [Float]) {
    let right = center.x + reach
    let left = center.x - reach
    let top = center.y - reach
    let bottom = center.y + reach
    let corners = [right + shifts[0], bottom + shifts[1]].map(Double.init)
    let second = [right + shifts[2], top + shifts[3]].map(Double.init)
    let third = [left + shifts[4], top + shifts[5]].map(Double.init)
    let side = Double(right) - Double(left)
    let a = (second[0] - third[0]) / side
    let b = (corners[0] - second[0]) / side
    let c = (second[1] - third[1]) / side
    let d = (corners[1] - second[1]) / side
    let shiftX = second[0] - a * Double(right) - b * Double(top)
    let shiftY = second[1] - c * Double(right) - d * Double(top)
    let determinant = a * d - b * c
    // OpenCV maps everything to one pixel where the map cannot be inverted.
    let scale = determinant == 0 ? 0 : 1 / determinant
    let (p, q, r, s) = (d * scale, -b * scale, -c * scale, a * scale)
    inverse = (p, q, -p * shiftX - q * shiftY, r, s, -r * shiftX - s * shiftY)
  }

  /// The warped values, `[height, width, 3]`.
  func callAsFunction(_ values: [Float], width: Int, height: Int) -> [Float] {
    let columnSteps = (0..<width).map { Self.fixed(inverse.0 * Double($0)) }
    let rowSteps = (0..<width).map { Self.fixed(inverse.3 * Double($0)) }
    var result = [Float](repeating: 0, count: values.count)
    values.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for y in 0..<height {
          let columnStart = Self.fixed(inverse.1 * Double(y) + inverse.2) + 16
          let rowStart = Self.fixed(inverse.4 * Double(y) + inverse.5) + 16
          for x in 0..<width {
            let column = (columnStart + columnSteps[x]) >> 5
            let row = (rowStart + rowSteps[x]) >> 5
            let right = Float(column & 31) / 32
            let down = Float(row & 31) / 32
            let x0 = Border.reflect101.index(column >> 5, count: width)
            let x1 = Border.reflect101.index(column >> 5 + 1, count: width)
            let y0 = Border.reflect101.index(row >> 5, count: height) * width
            let y1 = Border.reflect101.index(row >> 5 + 1, count: height) * width
            for channel in 0..<3 {
              let upper =
                source[(y0 + x0) * 3 + channel] * ((1 - down) * (1 - right))
                + source[(y0 + x1) * 3 + channel] * ((1 - down) * right)
              let lower =
                source[(y1 + x0) * 3 + channel] * (down * (1 - right))
                + source[(y1 + x1) * 3 + channel] * (down * right)
              target[(y * width + x) * 3 + channel] = upper + lower
            }
          }
        }
      }
    }
    return result
  }

  /// A position in 1024ths of a pixel; absurdly far ones are held at 2³⁰.
  private static func fixed(_ position: Double) -> Int {
    Int(min(max(-0x1p30, (position * 1024).rounded(.toNearestOrEven)), 0x1p30))
  }
}
