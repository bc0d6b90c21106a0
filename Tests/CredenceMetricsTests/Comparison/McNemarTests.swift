import CredenceMetrics
import Testing

/// Expected values: scipy 1.17.
@Suite struct McNemarTests {
  @Test(
    arguments: [
      (5, 1, 0.21875, 0.125, 0.22067136191984324),
      (10, 2, 0.03857421875, 0.0224609375, 0.04330814281079206), (12, 12, 1, 1, 1),
      (30, 15, 0.035697803555194696, 0.02589608179323478, 0.036888425707049914),
      (100, 60, 0.001953728034064355, 0.0015383166151492008, 0.002047732153668759),
      (0, 3, 0.25, 0.125, 0.24821307898992026), (0, 0, 1, 1, 1),
    ] as [(Int, Int, Double, Double, Double)])
  func `each variant has its p-value`(
    wins: Int, losses: Int, exact: Double, midP: Double, chiSquared: Double
  ) {
    for (variant, expected) in [
      (McNemar.Variant.exact, exact), (.midP, midP), (.chiSquared, chiSquared),
    ] {
      let test = McNemar(wins: wins, losses: losses, variant: variant)
      #expect(abs(test.pValue - expected) < 1e-11)
      #expect(test.variant == variant)
      #expect(test.pValue == McNemar(wins: losses, losses: wins, variant: variant).pValue)
    }
  }

  @Test func `few discordant samples are tested exactly`() {
    #expect(McNemar(wins: 20, losses: 4).variant == .exact)
    #expect(McNemar(wins: 20, losses: 5).variant == .chiSquared)
  }

  @Test func `samples on which both agree do not count`() {
    let test = McNemar(
      first: [true, true, false, false, true], second: [true, false, false, true, false])
    #expect(test.wins == 2 && test.losses == 1)
    #expect(test.pValue == 1)
  }
}
