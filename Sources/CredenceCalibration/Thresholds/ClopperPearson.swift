/// The exact upper bound on a risk after errors were counted.
///
/// - Note: Clopper & Pearson, Biometrika 1934; the one-sided bound.
public enum ClopperPearson {
  /// The largest risk under which so few errors still have a probability of at least `delta`.
  ///
  /// - Parameters:
  ///   - errors: From 0 to `count`.
  ///   - count: Samples, at least 1.
  ///   - delta: The probability that the true risk lies above the bound, between 0 and 1.
  /// - Returns: A fraction from 0 to 1; 1 where every sample is an error.
  /// - Throws: `CalibrationError.invalidSetting` for a delta outside (0, 1).
  public static func upperBound(errors: Int, count: Int, delta: Double) throws(CalibrationError)
    -> Double
  {
    precondition(count > 0 && errors >= 0 && errors <= count)
    guard delta > 0, delta < 1 else {
      throw .invalidSetting(name: "delta", value: delta, allowed: "between 0 and 1")
    }
    if errors == count { return 1 }
    // With q the upper tail, 1 - delta would lose digits for a tiny delta: use the mirrored distribution.
    let mirrored = try BetaDistribution(alpha: Double(count - errors), beta: Double(errors + 1))
    return 1 - mirrored.quantile(delta)
  }
}
