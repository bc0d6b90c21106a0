import Foundation

/// The beta distribution, from which exact binomial bounds and the spread of conformal coverage follow.
public struct BetaDistribution: Hashable, Sendable {
  /// The first shape parameter, above 0.
  public let alpha: Double
  /// The second shape parameter, above 0.
  public let beta: Double

  /// A distribution of two shape parameters.
  ///
  /// - Throws: `CalibrationError.invalidSetting` unless both are finite and above 0.
  public init(alpha: Double, beta: Double) throws(CalibrationError) {
    for (name, value) in [("alpha", alpha), ("beta", beta)]
    where !(value > 0 && value.isFinite) {
      throw .invalidSetting(name: name, value: value, allowed: "a finite number above 0")
    }
    self.alpha = alpha
    self.beta = beta
  }

  /// The probability of a value of at most `x`: the regularized incomplete beta function.
  public func cumulative(_ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let scale = scale(x)
    // The continued fraction converges fast only left of the mean.
    return x < (alpha + 1) / (alpha + beta + 2)
      ? scale * Self.continuedFraction(x, alpha, beta) / alpha
      : 1 - scale * Self.continuedFraction(1 - x, beta, alpha) / beta
  }

  /// The value below which a share of the probability lies.
  ///
  /// - Parameter share: From 0 to 1; values outside are clamped.
  /// - Returns: A number from 0 to 1, to about 14 digits.
  public func quantile(_ share: Double) -> Double {
    if share <= 0 { return 0 }
    if share >= 1 { return 1 }
    var low = 0.0
    var high = 1.0
    var x = alpha / (alpha + beta)
    for _ in 0..<200 {
      let excess = cumulative(x) - share
      if excess == 0 { return x }
      if excess > 0 { high = x } else { low = x }
      let newton = x - excess * x * (1 - x) / scale(x)
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if abs(next - x) <= 1e-15 * x || high - low <= 1e-16 * high { return next }
      x = next
    }
    return x
  }

  /// x^α (1 − x)^β / B(α, β).
  ///
  /// Stirling's main terms are taken together first: apart, they would cancel most digits of large parameters.
  private func scale(_ x: Double) -> Double {
    let sum = alpha + beta
    let excess = sum * x - alpha
    let main = alpha * log1p(excess / alpha) + beta * log1p(-excess / beta)
    let remainder = stirlingRemainder(sum) - stirlingRemainder(alpha) - stirlingRemainder(beta)
    return (alpha * beta / (2 * .pi * sum)).squareRoot() * exp(main + remainder)
  }

  /// Evaluates the fraction of the incomplete beta function by Lentz's method.
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      result *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return result
  }
}

/// The logarithm of the gamma function of a positive number.
func logGamma(_ x: Double) -> Double {
  (x - 0.5) * log(x) - x + logRootTwoPi + stirlingRemainder(x)
}

/// What the logarithm of the gamma function has beyond Stirling's formula (x − ½) ln x − x + ln √2π.
private func stirlingRemainder(_ x: Double) -> Double {
  // Below 15 the recurrence Γ(x) = Γ(x + 1) / x leads to where the series has 16 digits.
  if x < 15 {
    var shifted = x
    var product = 1.0
    while shifted < 15 {
      product *= shifted
      shifted += 1
    }
    return logGamma(shifted) - log(product) - ((x - 0.5) * log(x) - x + logRootTwoPi)
  }
  let inverse = 1 / x
  let square = inverse * inverse
  return inverse
    * (1.0 / 12 - square
      * (1.0 / 360 - square
        * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * 691.0 / 360_360)))))
}

/// ln √2π.
private let logRootTwoPi = 0.918_938_533_204_672_741_8
