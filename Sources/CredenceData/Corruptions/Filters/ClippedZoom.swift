/// The middle of an image enlarged to the image's size, by linear interpolation as in SciPy's `zoom`.
struct ClippedZoom {
  /// Where the output positions of one axis lie in the input.
  private struct Axis {
    /// The lower neighbor, `-1` for a position that rounding puts beyond the last sample, which SciPy fills with 0.
    var lower: [Int] = []
    /// The share of the upper neighbor.
    var share: [Double] = []

    init(count: Int, factor: Double) {
      let cropped = Int((Double(count) / factor).rounded(.up))
      let start = (count - cropped) / 2
      let enlarged = Int((Double(cropped) * factor).rounded(.toNearestOrEven))
      let trim = (enlarged - count) / 2
      let step = enlarged > 1 ? Double(cropped - 1) / Double(enlarged - 1) : 1
      for position in trim..<trim + count {
        let coordinate = Double(position) * step
        if coordinate > Double(cropped - 1) {
          lower.append(-1)
          share.append(0)
        } else {
          let whole = min(Int(coordinate), max(cropped - 2, 0))
          lower.append(start + whole)
          share.append(coordinate - Double(whole))
        }
      }
    }
  }

  private let rows: Axis
  private let columns: Axis

  /// - Parameters:
  ///   - width: Columns of the images.
  ///   - height: Rows of the images.
  ///   - factor: The enlargement, at least 1.
  init(width: Int, height: Int, factor: Double) {
    rows = Axis(count: height, factor: factor)
    columns = Axis(count: width, factor: factor)
  }

  /// Hands over the enlarged image row by row, `[width, channels]` values each.
  func forEachRow(
    of image: RealImage, _ body: (_ row: Int, _ values: UnsafeBufferPointer<Double>) -> Void
  ) {
    let width = image.width
    let channels = image.channels
    let stride = width * channels
    var blend = [Double](repeating: 0, count: stride)
    var line = [Double](repeating: 0, count: stride)
    image.values.withUnsafeBufferPointer { source in
      line.withUnsafeMutableBufferPointer { line in
        for y in 0..<image.height {
          if rows.lower[y] < 0 {
            line.update(repeating: 0)
            body(y, UnsafeBufferPointer(line))
            continue
          }
          let upper = rows.lower[y] * stride
          let lower = min(rows.lower[y] + 1, image.height - 1) * stride
          let share = rows.share[y]
          for index in 0..<stride {
            blend[index] = source[upper + index] * (1 - share) + source[lower + index] * share
          }
          for x in 0..<width {
            let left = columns.lower[x]
            if left < 0 {
              for channel in 0..<channels { line[x * channels + channel] = 0 }
              continue
            }
            let right = min(left + 1, width - 1)
            let share = columns.share[x]
            for channel in 0..<channels {
              line[x * channels + channel] =
                blend[left * channels + channel] * (1 - share)
                + blend[right * channels + channel] * share
            }
          }
          body(y, UnsafeBufferPointer(line))
        }
      }
    }
  }
}
