/// Edges after Canny, with the arithmetic of OpenCV: Sobel gradients, sums of magnitudes, suppression in four directions.
///
/// - Note: Canny, IEEE TPAMI 1986.
struct CannyEdges {
  /// The gradient from which on an edge goes on.
  let low: Int32
  /// The gradient above which an edge begins.
  let high: Int32

  /// Whether each pixel lies on an edge, `[height, width]`.
  func callAsFunction(_ bytes: [UInt8], width: Int, height: Int) -> [Bool] {
    var across = [Int32](repeating: 0, count: bytes.count)
    var down = across
    // Magnitudes have a rim of zeros, so that neighbors always exist.
    let padded = width + 2
    var magnitude = [Int32](repeating: 0, count: padded * (height + 2))
    for y in 0..<height {
      let above = max(y - 1, 0) * width
      let below = min(y + 1, height - 1) * width
      for x in 0..<width {
        let left = max(x - 1, 0)
        let right = min(x + 1, width - 1)
        func at(_ row: Int, _ column: Int) -> Int32 { Int32(bytes[row + column]) }
        let row = y * width
        let dx =
          at(above, right) - at(above, left) + 2 * (at(row, right) - at(row, left))
          + at(below, right) - at(below, left)
        let dy =
          at(below, left) - at(above, left) + 2 * (at(below, x) - at(above, x))
          + at(below, right) - at(above, right)
        across[row + x] = dx
        down[row + x] = dy
        magnitude[(y + 1) * padded + x + 1] = abs(dx) + abs(dy)
      }
    }

    var isCandidate = [Bool](repeating: false, count: bytes.count)
    var isEdge = isCandidate
    var pending: [Int] = []
    for y in 0..<height {
      for x in 0..<width {
        let index = y * width + x
        let center = (y + 1) * padded + x + 1
        guard
          magnitude[center] > low,
          isPeak(magnitude, at: center, stride: padded, across[index], down[index])
        else { continue }
        isCandidate[index] = true
        if magnitude[center] > high {
          isEdge[index] = true
          pending.append(index)
        }
      }
    }
    while let index = pending.popLast() {
      let (y, x) = index.quotientAndRemainder(dividingBy: width)
      for row in max(y - 1, 0)...min(y + 1, height - 1) {
        for column in max(x - 1, 0)...min(x + 1, width - 1) {
          let neighbor = row * width + column
          if isCandidate[neighbor] && !isEdge[neighbor] {
            isEdge[neighbor] = true
            pending.append(neighbor)
          }
        }
      }
    }
    return isEdge
  }

  /// Whether the magnitude exceeds those before and behind, along the gradient.
  private func isPeak(
    _ magnitude: [Int32], at center: Int, stride: Int, _ dx: Int32, _ dy: Int32
  ) -> Bool {
    let value = magnitude[center]
    let steep = Int(abs(dy)) << 15
    // The tangent of 22.5° with 15 fractional bits; that of 67.5° is 2 more.
    let flat = Int(abs(dx)) * 13573
    if steep < flat { return value > magnitude[center - 1] && value >= magnitude[center + 1] }
    if steep > flat + Int(abs(dx)) << 16 {
      return value > magnitude[center - stride] && value >= magnitude[center + stride]
    }
    let slant = (dx ^ dy) < 0 ? -1 : 1
    return value > magnitude[center - stride - slant] && value > magnitude[center + stride + slant]
  }
}
