/// Eight numbers that are computed together.
@usableFromInline package typealias Double8 = SIMD8<Double>

/// e to the power of each number, for numbers up to 0; below −708 it is 0 to within 10⁻³⁰⁷.
///
/// A polynomial of degree 10 on [−ln 2 / 2, ln 2 / 2], relative error below 2·10⁻¹⁵.
@inlinable @inline(__always)
package func exponential(_ x: Double8) -> Double8 {
  let x = x.replacing(with: -708, where: x .< -708)
  // Adding 1.5·2⁵² rounds to an integer and leaves it in the low bits.
  let shifted = x * 1.442_695_040_888_963_4 + 0x1.8p52
  let r = x - (shifted - 0x1.8p52) * 0.693_147_180_559_945_31
  let r2 = r * r
  let r4 = r2 * r2
  let low =
    (r * 0x1.5555555553b78p-3 + 0.5) + (r * 0x1.1111111c478ebp-7 + 0x1.5555555554cb7p-5) * r2
  let high =
    (r * 0x1.a019ada3609f3p-13 + 0x1.6c16c1738ff55p-10)
    + (r * 0x1.72c72ca338df0p-19 + 0x1.a019c9a5652d3p-16) * r2
  let polynomial = low + (high + r4 * 0x1.2880411bad1aap-22) * r4
  let mantissa = polynomial * r2 + (r + 1)
  let exponent = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
  return unsafeBitCast(unsafeBitCast(mantissa, to: SIMD8<Int64>.self) &+ exponent, to: Double8.self)
}

/// The natural logarithm of each number; all must be positive, normal and finite.
///
/// Relative error below 10⁻¹⁵ where the result is not close to 0, absolute error below 10⁻¹⁶ there.
@inlinable @inline(__always)
package func logarithm(_ x: Double8) -> Double8 {
  let bits = unsafeBitCast(x, to: SIMD8<Int64>.self)
  // Splits x = 2ⁿ m with m in [√½, √2).
  let biased = bits &+ SIMD8(repeating: 0x0009_5f61_9980_c433)
  let n = biased &>> 52 &- SIMD8(repeating: 1023)
  let m = unsafeBitCast(bits &- n &<< 52, to: Double8.self)
  let s = (m - 1) / (m + 1)
  let u = s * s
  let u2 = u * u
  let low = (u * 0x1.99999999952ccp-2 + 0x1.5555555555558p-1)
  let middle = (u * 0x1.c71c62e26208bp-3 + 0x1.2492492df3ba9p-2)
  let high = (u * 0x1.39fe42e9740a7p-3 + 0x1.7462b58e46ebep-3) + u2 * 0x1.2b59b713616c9p-3
  let tail = (low + middle * u2 + high * (u2 * u2)) * (u * s)
  return Double8(n) * 0.693_147_180_559_945_31 + (s * 2 + tail)
}

/// Sixteen single-precision exponentials of numbers up to 0; relative error below 2·10⁻⁷, 0 to within 10⁻³⁷ below −87.
@inlinable @inline(__always)
package func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
  let x = x.replacing(with: -87, where: x .< -87)
  let shifted = x * 1.442_695_04 + 0x1.8p23
  let n = shifted - 0x1.8p23
  let r = (x - n * 0x1.62e400p-1) - n * 0x1.7f7d1cp-20
  let r2 = r * r
  let low = r * 0x1.5554dcp-3 + 0.5
  let high = (r * 0x1.120b6ep-7 + 0x1.555518p-5) + r2 * 0x1.6d1108p-10
  let mantissa = (low + high * r2) * r2 + (r + 1)
  let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
  return unsafeBitCast(
    unsafeBitCast(mantissa, to: SIMD16<Int32>.self) &+ exponent, to: SIMD16<Float>.self)
}
