import Foundation

/// Single-precision functions and sums with the roundings of the published code's framework.
///
/// Where the published temperature stops depends on the last bits of float32 losses; PyTorch 2.13 itself stops 0.1 % apart
/// on machines with AVX-512 and AVX2. These are the roundings of AVX-512 and one thread: exponentials and logarithms of
/// SLEEF (1.0 ULP), 16 partial sums per row, 8 in reductions.
enum Float32Arithmetic {
  /// Replaces numbers of at most 0 by their exponentials.
  static func exponentiate(_ values: UnsafeMutableBufferPointer<Float>) {
    guard let base = values.baseAddress else { return }
    for index in 0..<values.count { base[index] = exponential(base[index]) }
  }

  /// e to the power of a number of at most 0.
  @inline(__always)
  static func exponential(_ x: Float) -> Float {
    // Adding and taking away 1.5 · 2²³ rounds to an integer, which stands in the low bits in between.
    let magic: Float = 12_582_912
    let shifted = (x > -110 ? x : -110) * 1.442_695_04 + magic
    let power = Int32(bitPattern: shifted.bitPattern) &- Int32(bitPattern: magic.bitPattern)
    let quotient = shifted - magic
    var rest = fused(quotient, -0.693_145_75, x)
    rest = fused(quotient, -1.428_606_8e-06, rest)
    var series = fused(0.000_198_527_62, rest, 0.001_393_043_6)
    series = fused(series, rest, 0.008_333_361)
    series = fused(series, rest, 0.041_666_485)
    series = fused(series, rest, 0.166_666_67)
    series = fused(series, rest, 0.5)
    let value = 1 + fused(rest * rest, series, rest)
    // Two factors keep the power of two in range where the result is subnormal.
    let half = power &>> 1
    let scaled = value * powerOfTwo(half) * powerOfTwo(power &- half)
    return x < -104 ? 0 : scaled
  }

  /// The natural logarithm of a normal positive number.
  static func logarithm(_ x: Float) -> Float {
    let exponent = Float((x * (1 / 0.75)).exponent)
    let mantissa = Float(sign: .plus, exponent: -Int(exponent), significand: x)
    let numerator = Pair(sumOf: -1, mantissa)
    let denominator = Pair(sumOf: 1, mantissa)
    let quotient = numerator.divided(by: denominator)
    let square = quotient.high * quotient.high
    var series = fused(0.302_729_49, square, 0.399_610_82)
    series = fused(series, square, 0.666_669_5)
    let main = 0.693_147_2 * exponent
    let mainRest = fused(-1.904_654_3e-09, exponent, fused(0.693_147_2, exponent, -main))
    let sum = Pair(high: main, low: mainRest).adding(
      Pair(high: quotient.high * 2, low: quotient.low * 2))
    let tail = square * quotient.high * series
    let high = sum.high + tail
    return high + (((sum.high - high) + tail) + sum.low)
  }

  /// a · b + c with one rounding.
  ///
  /// The product of two 24-bit numbers is exact in `Double`; the baseline instruction set has no fused operation.
  @inline(__always)
  static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float {
    Float(Double(a) * Double(b) + Double(c))
  }

  @inline(__always)
  private static func powerOfTwo(_ power: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: (power &+ 127) &<< 23))
  }

  /// The sum of one row of the softmax: in order below 16 classes, else in 16 parts that are halved.
  static func rowSum(_ values: UnsafeMutableBufferPointer<Float>) -> Float {
    if values.count < 16 { return values.reduce(0, +) }
    return values.withUnsafeTemporaryParts(16) { parts in
      for index in 16..<max(16, values.count) { parts[index & 15] += values[index] }
      var width = 8
      while width > 0 {
        for index in 0..<width { parts[index] += parts[index + width] }
        width /= 2
      }
      return parts[0]
    }
  }

  /// The sum of all losses: eight levels of partial sums, each taking over after 16 terms of the level below.
  static func lossSum(_ losses: [Float]) -> Float {
    var levels = [Float](repeating: 0, count: 8)
    let power = max(4, ceilingOfLogarithm(losses.count) / 8)
    let mask = (1 << power) - 1
    for (index, loss) in losses.enumerated() {
      levels[0] += loss
      for level in 0..<7 {
        if index & (mask << (level * power)) != 0 { break }
        levels[level + 1] += levels[level]
        levels[level] = 0
      }
    }
    return levels.reduce(0, +)
  }

  /// The sum of a contiguous tensor: four vectors of 8 side by side, on four levels.
  static func tensorSum(_ values: UnsafeBufferPointer<Float>) -> Float {
    let vectors = values.count / 8
    let rows = vectors / 4
    let power = max(4, ceilingOfLogarithm(rows) / 4)
    let step = 1 << power
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * 32) { levels in
      levels.initialize(repeating: 0)
      var row = 0
      while row + step <= rows {
        add(values, rows: row..<row + step, to: levels)
        row += step
        for level in 1..<4 {
          for lane in 0..<32 {
            levels[level * 32 + lane] += levels[(level - 1) * 32 + lane]
            levels[(level - 1) * 32 + lane] = 0
          }
          if row & ((step - 1) << (level * power)) != 0 { break }
        }
      }
      add(values, rows: row..<rows, to: levels)
      for level in 1..<4 {
        for lane in 0..<32 { levels[lane] += levels[level * 32 + lane] }
      }
      for index in rows * 32..<vectors * 8 { levels[index & 7] += values[index] }
      for column in 1..<4 { for lane in 0..<8 { levels[lane] += levels[column * 8 + lane] } }
      var sum: Float = 0
      for index in vectors * 8..<values.count { sum += values[index] }
      for lane in 0..<8 { sum += levels[lane] }
      return sum
    }
  }

  /// Adds rows of 32 numbers to the lowest level.
  private static func add(
    _ values: UnsafeBufferPointer<Float>, rows: Range<Int>,
    to level: UnsafeMutableBufferPointer<Float>
  ) {
    for row in rows {
      for lane in 0..<32 { level[lane] += values[row * 32 + lane] }
    }
  }

  private static func ceilingOfLogarithm(_ count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// A number as the sum of two floats.
  private struct Pair {
    var high: Float
    var low: Float

    init(high: Float, low: Float) {
      self.high = high
      self.low = low
    }

    init(sumOf a: Float, _ b: Float) {
      high = a + b
      let part = high - a
      low = (a - (high - part)) + (b - part)
    }

    func divided(by other: Pair) -> Pair {
      let inverse = 1 / other.high
      let quotient = high * inverse
      let rounding = fused(inverse, high, -quotient)
      let correction = fused(-other.low, inverse, fused(-other.high, inverse, 1))
      return Pair(
        high: quotient, low: fused(quotient, correction, fused(low, inverse, rounding)))
    }

    func adding(_ other: Pair) -> Pair {
      let sum = high + other.high
      return Pair(high: sum, low: (((high - sum) + other.high) + low) + other.low)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// Calls a closure with a copy of the first entries.
  fileprivate func withUnsafeTemporaryParts<Result>(
    _ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { parts in
      for index in 0..<count { parts[index] = self[index] }
      return body(parts)
    }
  }
}
