import Foundation

/// Lists of random numbers.
enum RandomDraws {
  /// Numbers from 0 up to 1, uniform over the multiples of 2⁻⁵³.
  static func uniforms(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    (0..<count).map { _ in Double(generator.next() >> 11) * 0x1p-53 }
  }

  /// Standard normal numbers, two at a time (Box & Muller, 1958).
  static func normals(
    _ count: Int, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    for index in stride(from: 0, to: count, by: 2) {
      // From 2⁻⁵³ to 1, so that the logarithm is finite.
      let first = Double((generator.next() >> 11) + 1) * 0x1p-53
      let angle = Double(generator.next() >> 11) * 0x1p-52 * Double.pi
      let radius = (-2 * log(first)).squareRoot()
      values[index] = radius * cos(angle)
      if index + 1 < count { values[index + 1] = radius * sin(angle) }
    }
    return values
  }
}
