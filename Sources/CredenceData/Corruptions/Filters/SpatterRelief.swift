/// The light on drops of water: brightness from the distance to the rim of a drop, embossed from above left.
enum SpatterRelief {
  /// The brightness of each pixel.
  ///
  /// - Parameters:
  ///   - liquid: The thickness of the water.
  ///   - width: Columns.
  ///   - height: Rows.
  /// - Returns: Levels from 0 to 255, `[height, width]`.
  static func relief(of liquid: [UInt8], width: Int, height: Int) -> [UInt8] {
    let edges = CannyEdges(low: 50, high: 150)(liquid, width: width, height: height)
    let distances = ChamferDistance.distances(toEdges: edges, width: width, height: height)
      .map { min($0, 20) }
    var mean = [UInt8](repeating: 0, count: liquid.count)
    sumOfNeighbors(distances, width: width, height: height) { index, sum in
      mean[index] = UInt8(Float(sum * (1.0 / 9)))
    }
    let embossed = embossed(equalized(mean), width: width, height: height)
    var smooth = [UInt8](repeating: 0, count: liquid.count)
    sumOfNeighbors(embossed.map(Float.init), width: width, height: height) { index, sum in
      smooth[index] = UInt8((sum / 9).rounded())
    }
    return smooth
  }

  /// The sums over 3×3 pixels; the image is mirrored at its outermost pixels.
  private static func sumOfNeighbors(
    _ values: [Float], width: Int, height: Int, _ body: (_ index: Int, _ sum: Double) -> Void
  ) {
    for y in 0..<height {
      for x in 0..<width {
        var sum = 0.0
        for row in y - 1...y + 1 {
          let start = Border.reflect101.index(row, count: height) * width
          for column in x - 1...x + 1 {
            sum += Double(values[start + Border.reflect101.index(column, count: width)])
          }
        }
        body(y * width + x, sum)
      }
    }
  }

  /// The bytes spread so that their cumulative histogram is even, the lowest level becoming 0.
  private static func equalized(_ bytes: [UInt8]) -> [UInt8] {
    var histogram = [Int](repeating: 0, count: 256)
    for byte in bytes { histogram[Int(byte)] += 1 }
    guard let lowest = histogram.firstIndex(where: { $0 > 0 }) else { return bytes }
    let rest = bytes.count - histogram[lowest]
    if rest == 0 { return bytes }
    let scale = Float(255) / Float(rest)
    var levels = [UInt8](repeating: 0, count: 256)
    var sum = 0
    for level in lowest + 1..<256 {
      sum += histogram[level]
      levels[level] = UInt8(min((Float(sum) * scale).rounded(.toNearestOrEven), 255))
    }
    return bytes.map { levels[Int($0)] }
  }

  /// The image lit from above left, the flat parts kept.
  private static func embossed(_ bytes: [UInt8], width: Int, height: Int) -> [UInt8] {
    var result = bytes
    for y in 0..<height {
      let above = Border.reflect101.index(y - 1, count: height) * width
      let below = Border.reflect101.index(y + 1, count: height) * width
      for x in 0..<width {
        let left = Border.reflect101.index(x - 1, count: width)
        let right = Border.reflect101.index(x + 1, count: width)
        func at(_ row: Int, _ column: Int) -> Int { Int(bytes[row + column]) }
        let upper = -2 * at(above, left) - at(above, x)
        let middle = -at(y * width, left) + at(y * width, x) + at(y * width, right)
        let lower = at(below, x) + 2 * at(below, right)
        result[y * width + x] = UInt8(min(max(upper + middle + lower, 0), 255))
      }
    }
    return result
  }
}
