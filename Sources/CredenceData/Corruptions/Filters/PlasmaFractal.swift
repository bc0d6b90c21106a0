/// A cloud of the diamond-square algorithm on a square that repeats in both directions.
struct PlasmaFractal {
  /// The side of the square, a power of two.
  let side: Int
  /// Values from 0 to 1, `[side, side]`.
  let values: [Double]

  /// - Parameters:
  ///   - side: A power of two, at least 2.
  ///   - decay: What the random part is divided by from one scale to the next.
  ///   - uniforms: `side² − 1` numbers from 0 up to 1: per scale first the middles of squares, then those of horizontal
  ///     edges, then those of vertical edges, row by row.
  init(side: Int, decay: Double, uniforms: [Double]) {
    precondition(side >= 2 && side & (side - 1) == 0 && uniforms.count == side * side - 1)
    self.side = side
    var map = [Double](repeating: 0, count: side * side)
    var next = 0
    var step = side
    var range = 100.0
    while step >= 2 {
      let half = step / 2
      func at(_ row: Int, _ column: Int) -> Double {
        map[(row & (side - 1)) * side + (column & (side - 1))]
      }
      func disturbed(_ sum: Double) -> Double {
        defer { next += 1 }
        return sum / 4 + range * (-range + 2 * range * uniforms[next])
      }
      for row in stride(from: 0, to: side, by: step) {
        for column in stride(from: 0, to: side, by: step) {
          let left = at(row, column) + at(row + step, column)
          let right = at(row, column + step) + at(row + step, column + step)
          map[(row + half) * side + column + half] = disturbed(left + right)
        }
      }
      for row in stride(from: 0, to: side, by: step) {
        for column in stride(from: half, to: side, by: step) {
          let vertical = at(row + half, column) + at(row - half, column)
          let horizontal = at(row, column - half) + at(row, column + half)
          map[row * side + column] = disturbed(vertical + horizontal)
        }
      }
      for row in stride(from: half, to: side, by: step) {
        for column in stride(from: 0, to: side, by: step) {
          let horizontal = at(row, column + half) + at(row, column - half)
          let vertical = at(row - half, column) + at(row + half, column)
          map[row * side + column] = disturbed(horizontal + vertical)
        }
      }
      step = half
      range /= decay
    }
    let lowest = map.min() ?? 0
    let highest = (map.max() ?? 0) - lowest
    for index in map.indices { map[index] = (map[index] - lowest) / highest }
    values = map
  }
}
