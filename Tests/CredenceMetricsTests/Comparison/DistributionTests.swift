import CredenceMetrics
import Testing

/// Expected values: scipy 1.17.
@Suite struct DistributionTests {
  private func agree(_ found: Double, _ expected: Double, _ tolerance: Double) -> Bool {
    found == expected || abs(found - expected) <= tolerance * abs(expected)
  }

  @Test(
    arguments: [
      (-10, 7.61985302416047e-24), (-3, 0.0013498980316300933), (-0.1, 0.460172162722971),
      (0, 0.5), (0.5, 0.6914624612740131), (6, 0.9999999990134123),
    ] as [(Double, Double)])
  func `the normal distribution accumulates`(x: Double, expected: Double) {
    #expect(agree(NormalDistribution.cumulative(x), expected, 1e-13))
  }

  @Test(arguments: [(2, 0.04550026389635839), (-6, 1.973175290075389e-09)] as [(Double, Double)])
  func `the normal distribution has two tails`(x: Double, expected: Double) {
    #expect(agree(NormalDistribution.twoSidedTail(x), expected, 1e-13))
  }

  @Test(
    arguments: [
      (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (1e-8, -5.612001244174789),
      (0.025, -1.9599639845400545), (0.4999, -0.0002506628300880075), (0.5, 0),
      (0.7, 0.5244005127080407), (0.975, 1.959963984540054), (0, -.infinity), (1, .infinity),
    ] as [(Double, Double)])
  func `normal quantiles invert it`(p: Double, expected: Double) {
    #expect(agree(NormalDistribution.quantile(p), expected, 1e-12))
  }

  @Test(
    arguments: [
      (1, 3.84, 0.05004352124870519), (2, 1, 0.6065306597126334), (3, 0.1, 0.9918374237318764),
      (5, 11.07, 0.050009618622405425), (10, 200, 1.6139305336977317e-37),
      (50, 40, 0.8432273781737623), (200, 250, 0.009379131668826098), (3, 0, 1),
    ] as [(Int, Double, Double)])
  func `the chi-squared distribution has a tail`(degrees: Int, x: Double, expected: Double) {
    #expect(agree(ChiSquaredDistribution(degreesOfFreedom: degrees).tail(x), expected, 1e-11))
  }

  @Test(
    arguments: [
      (10, 3, 0.5, 0.171875, 0.1171875),
      (24, 0, 0.5, 5.960464477539063e-08, 5.960464477539063e-08),
      (1000, 450, 0.5, 0.0008652680424881513, 0.00016939724527711617),
      (1000, 560, 0.5, 0.9999361178408378, 1.8642776113082054e-05),
      (50, 5, 0.02, 0.9995217827857861, 0.0027315248118654854),
      (100_000, 49_000, 0.5, 1.2943580191734472e-10, 5.1946592098898214e-12),
      (7, 7, 0.3, 1, 0.0002187), (30, 2, 0.9, 3.5506e-26, 3.5235e-26), (5, -1, 0.5, 0, 0),
    ] as [(Int, Int, Double, Double, Double)])
  func `the binomial distribution accumulates`(
    count: Int, k: Int, chance: Double, cumulative: Double, probability: Double
  ) {
    let distribution = BinomialDistribution(count: count, chance: chance)
    #expect(agree(distribution.cumulative(k), cumulative, 1e-9))
    #expect(agree(distribution.probability(k), probability, 1e-9))
  }
}
