/// The distance to the nearest edge, approximated by steps of 1, 1.4 and 2.1969 pixels.
///
/// - Note: Borgefors, CVGIP 1986; steps and the 16 fractional bits are OpenCV's `distanceTransform` with a 5×5 mask.
enum ChamferDistance {
  private static let straight: Int32 = 65_536
  private static let diagonal: Int32 = 91_750
  private static let knight: Int32 = 143_976

  /// Distances in pixels, `[height, width]`; very large where there is no edge at all.
  static func distances(toEdges isEdge: [Bool], width: Int, height: Int) -> [Float] {
    let rim = 2
    let stride = width + 2 * rim
    var map = [Int32](repeating: Int32.max >> 2, count: stride * (height + 2 * rim))
    let steps = [
      (-2 * stride - 1, knight), (-2 * stride + 1, knight), (-stride - 2, knight),
      (-stride - 1, diagonal), (-stride, straight), (-stride + 1, diagonal),
      (-stride + 2, knight), (-1, straight),
    ]
    for y in 0..<height {
      for x in 0..<width {
        let index = (y + rim) * stride + x + rim
        map[index] =
          isEdge[y * width + x]
          ? 0 : steps.reduce(Int32.max >> 2) { min($0, map[index + $1.0] + $1.1) }
      }
    }
    var distances = [Float](repeating: 0, count: width * height)
    for y in (0..<height).reversed() {
      for x in (0..<width).reversed() {
        let index = (y + rim) * stride + x + rim
        if map[index] > straight {
          map[index] = steps.reduce(map[index]) { min($0, map[index - $1.0] + $1.1) }
        }
        distances[y * width + x] = Float(map[index]) * 0x1p-16
      }
    }
    return distances
  }
}
