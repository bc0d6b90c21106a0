import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
  /// P(X ≤ x).
  public static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// P(|X| ≥ |x|), exact far into the tails.
  public static func twoSidedTail(_ x: Double) -> Double { erfc(abs(x) / 2.0.squareRoot()) }

  /// The inverse of `cumulative`.
  ///
  /// - Parameter probability: p in [0, 1].
  /// - Returns: The x with P(X ≤ x) = p, to 1e-14 or so; infinite at 0 and 1.
  public static func quantile(_ probability: Double) -> Double {
    if probability == 0.5 { return 0 }
    if probability > 0.5 { return -lowerQuantile(1 - probability) }
    return lowerQuantile(probability)
  }

  /// For p < ½: starts from the tail's asymptotics and takes Halley steps on ln P, which is concave and nearly quadratic.
  private static func lowerQuantile(_ probability: Double) -> Double {
    if probability <= 0 { return -.infinity }
    let radius = (-2 * log(2 * probability)).squareRoot()
    var x = -radius
    for _ in 0..<40 {
      let cumulative = cumulative(x)
      let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
      // f = ln P(x) − ln p, f' = φ/P, f'' = −f' (x + f').
      let first = density / cumulative
      let value = log(cumulative / probability)
      let step = value / first
      let halley = step / (1 + step * (x + first) / 2)
      x -= halley
      if abs(halley) <= 1e-15 * max(abs(x), 1) { break }
    }
    return x
  }
}
