import CredenceMetrics
import Testing

@Suite struct BrierDecompositionTests {
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `the terms add up to the score`(seed: UInt64) throws {
    let samples = Samples(count: 50 + 31 * Int(seed), levels: seed % 2 == 0 ? 0 : 12, seed: seed)
    let outcomes = try samples.outcomes
    let parts = try BrierDecomposition(outcomes, binCount: 2 + Int(seed))
    #expect(abs(parts.brier - (try TopLabelBrier().value(for: outcomes))) < 1e-13)
    #expect(parts.reliability >= 0 && parts.resolution >= 0 && parts.withinBinVariance >= 0)
    #expect(parts.resolution <= parts.uncertainty)
  }

  @Test func `each term is a metric`() throws {
    let outcomes = try Samples(count: 100, seed: 1).outcomes
    let parts = try BrierDecomposition(outcomes)
    #expect(try BrierTerm(.reliability).value(for: outcomes) == parts.reliability)
    #expect(try BrierTerm(.resolution).value(for: outcomes) == parts.resolution)
    #expect(try BrierTerm(.uncertainty).value(for: outcomes) == parts.uncertainty)
  }
}
