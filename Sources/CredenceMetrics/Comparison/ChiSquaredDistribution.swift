import Foundation

/// The sum of squares of independent standard normal numbers.
public struct ChiSquaredDistribution: Hashable, Sendable {
  /// How many squares are added.
  public let degreesOfFreedom: Int

  public init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(X ≥ x).
  ///
  /// - Parameter x: Any number; below 0 the tail is 1.
  /// - Returns: The regularized incomplete gamma function Q(k/2, x/2), relative error about 1e-13.
  public func tail(_ x: Double) -> Double {
    if x <= 0 { return 1 }
    if degreesOfFreedom == 1 { return NormalDistribution.twoSidedTail(x.squareRoot()) }
    let (shape, half) = (Double(degreesOfFreedom) / 2, x / 2)
    let scale = exp(shape * log(half) - half - lgamma(shape))
    return half < shape + 1
      ? 1 - scale * Self.series(shape, half) : scale * Self.continuedFraction(shape, half)
  }

  /// Σ xⁿ / (a (a + 1) … (a + n)).
  private static func series(_ a: Double, _ x: Double) -> Double {
    var (term, sum, n) = (1 / a, 1 / a, a)
    while term > sum * 1e-17 {
      n += 1
      term *= x / n
      sum += term
    }
    return sum
  }

  /// Legendre's fraction for Γ(a, x) eˣ x⁻ᵃ, by the modified Lentz method.
  private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var value = d
    for i in 1..<10_000 {
      let numerator = -Double(i) * (Double(i) - a)
      b += 2
      d = numerator * d + b
      if abs(d) < tiny { d = tiny }
      c = b + numerator / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }
}
