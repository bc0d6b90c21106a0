import CredenceCalibration
import Testing

@Suite struct BetaDistributionTests {
  /// Computed with scipy 1.17.1, `scipy.stats.beta`.
  static let references: [(a: Double, b: Double, x: Double, cumulative: Double)] = [
    (0.5, 0.5, 0.1, 0.20483276469913345),
    (2.0, 3.0, 0.4, 0.5247999999999999),
    (1.0, 1.0, 0.25, 0.25),
    (10.0, 200.0, 0.03, 0.10050835237144835),
    (271.0, 30.0, 0.93, 0.9678972350176143),
    (4750.0, 251.0, 0.945, 0.06269693001942928),
    (45001.0, 5000.0, 0.9005, 0.6434758149090931),
    (1000000.0, 1000000.0, 0.5003, 0.8019280371578701),
    (3.0, 900.0, 1e-05, 1.2108629860415165e-07),
  ]

  @Test(arguments: references.indices) func `agrees with scipy`(index: Int) throws {
    let (a, b, x, cumulative) = Self.references[index]
    let distribution = try BetaDistribution(alpha: a, beta: b)
    #expect(abs(distribution.cumulative(x) - cumulative) <= 1e-11 * cumulative)
  }

  /// Computed with scipy 1.17.1, `scipy.stats.beta.ppf`.
  static let quantiles: [(a: Double, b: Double, share: Double, x: Double)] = [
    (271.0, 30.0, 0.025, 0.864125090171869),
    (271.0, 30.0, 0.975, 0.9315083155089265),
    (1.0, 100.0, 0.95, 0.029513049607039925),
    (8.0, 393.0, 0.999, 0.04829596948868194),
    (45001.0, 5000.0, 0.025, 0.897357398091343),
    (0.5, 0.5, 0.3, 0.2061073738537634),
    (900001.0, 100000.0, 0.5, 0.900000366666361),
    (1.0, 1000000.0, 1e-06, 1.0000004999998333e-12),
  ]

  @Test(arguments: quantiles.indices) func `quantiles agree with scipy`(index: Int) throws {
    let (a, b, share, x) = Self.quantiles[index]
    let found = try BetaDistribution(alpha: a, beta: b).quantile(share)
    #expect(abs(found - x) <= 1e-11 * x)
  }

  @Test(arguments: [0.001, 0.3, 0.5, 0.975]) func `quantile inverts cumulative`(share: Double)
    throws
  {
    for (a, b) in [(0.5, 0.5), (1, 1), (3, 900), (45_001, 5_000)] {
      let distribution = try BetaDistribution(alpha: a, beta: b)
      #expect(abs(distribution.cumulative(distribution.quantile(share)) - share) < 1e-10)
    }
  }

  @Test func `the ends are 0 and 1`() throws {
    let distribution = try BetaDistribution(alpha: 2, beta: 3)
    #expect(distribution.cumulative(-1) == 0 && distribution.cumulative(2) == 1)
    #expect(distribution.quantile(0) == 0 && distribution.quantile(1) == 1)
  }

  @Test func `refuses shapes that are not positive`() {
    #expect(
      throws: CalibrationError.invalidSetting(
        name: "beta", value: 0, allowed: "a finite number above 0")
    ) { try BetaDistribution(alpha: 1, beta: 0) }
  }

  @Test func `the Clopper-Pearson bound agrees with scipy`() throws {
    #expect(
      abs(try ClopperPearson.upperBound(errors: 0, count: 100, delta: 0.05) - 0.029513049607039925)
        < 1e-12)
    #expect(
      abs(try ClopperPearson.upperBound(errors: 7, count: 400, delta: 1e-3) - 0.04829596948868195)
        < 1e-12)
    #expect(try ClopperPearson.upperBound(errors: 5, count: 5, delta: 0.05) == 1)
  }
}
