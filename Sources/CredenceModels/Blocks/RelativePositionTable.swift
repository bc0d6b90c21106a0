package import CredenceTensor
import Foundation

/// Fits a learned table of relative positions to a window of another size.
///
/// The old offsets are placed so that their distances grow geometrically and the outermost ones meet the new window's: near
/// offsets keep their numbers, far ones are stretched. Between them the table is interpolated linearly.
///
/// - Note: As BEiT is fine-tuned at other sizes, arXiv:2106.08254, but linear where its authors interpolate by cubics.
package enum RelativePositionTable {
  /// The table for a window of the given rows and columns.
  ///
  /// - Parameters:
  ///   - table: `[offsets + extra, heads]`, or `[heads, rows, columns]`, of a square window.
  ///   - extra: How many last rows belong to no offset; they stay.
  ///   - window: Rows and columns wanted.
  /// - Returns: A table of the same kind, in the same element type and on its device.
  /// - Throws: `EngineError.wrongShape` where the table is of no square window.
  package static func resampled(_ table: Tensor, extra: Int, to window: [Int]) throws -> Tensor {
    let shape = table.shape
    if shape.count == 3 {
      let flat = try table.flattened(from: 1).transposed(0, 1)
      return try resampled(flat, extra: 0, to: window).transposed(0, 1)
        .reshaped([shape[0], 2 * window[0] - 1, 2 * window[1] - 1])
    }
    let offsets = (shape.count == 2 ? shape[0] : 0) - extra
    let side = Int(Double(max(0, offsets)).squareRoot().rounded())
    guard side > 1, side % 2 == 1, side * side == offsets else {
      throw EngineError.wrongShape(
        what: "The table of relative positions",
        expected: "[the square of an odd number + \(extra), heads]", found: shape)
    }
    let sizes = window.map { 2 * $0 - 1 }
    let maps = try sizes.map { size in
      try Tensor(weights(from: side, to: size), shape: [size, side])
    }
    let images = try table.slice(0, from: 0, to: offsets).to(.float32).to(.cpu)
      .transposed(0, 1).reshaped([shape[1], side, side])
    let resized = try maps[0].matrixProduct(images)
      .matrixProduct(maps[1].transposed(0, 1))
      .reshaped([shape[1], sizes[0] * sizes[1]]).transposed(0, 1).matching(table)
    return extra == 0
      ? resized : try .concatenated([resized, table.slice(0, from: offsets)])
  }

  /// How much each of `old` entries counts for each of `new`, row-major `[new, old]`; both are odd.
  static func weights(from old: Int, to new: Int) -> [Float] {
    let places = places(old, reach: new / 2)
    var weights = [Float](repeating: 0, count: new * old)
    for row in 0..<new {
      let target = Double(row - new / 2)
      let above = places.firstIndex { $0 > target } ?? old
      if above == 0 || above == old {
        weights[row * old + max(0, above - 1)] = 1
      } else {
        let share = (target - places[above - 1]) / (places[above] - places[above - 1])
        weights[row * old + above - 1] = Float(1 - share)
        weights[row * old + above] = Float(share)
      }
    }
    return weights
  }

  /// Where the old offsets stand among the new ones, the outermost at ±`reach`.
  private static func places(_ count: Int, reach: Int) -> [Double] {
    let half = count / 2
    func distance(_ ratio: Double, _ steps: Int) -> Double {
      (0..<steps).reduce(0) { $0 + pow(ratio, Double($1)) }
    }
    var (low, high) = (1.01, 1.5)
    while high - low > 1e-6 {
      let ratio = (low + high) / 2
      if distance(ratio, half) > Double(reach) { high = ratio } else { low = ratio }
    }
    return (-half...half).map { $0 < 0 ? -distance(high, -$0) : distance(high, $0) }
  }
}
