import CredenceMetrics
import Testing

@Suite struct ECESweepTests {
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `it is the equal-mass error before the first fall`(seed: UInt64) throws {
    let samples = Samples(count: 150, seed: seed)
    let outcomes = try samples.outcomes
    var count = 1
    while true {
      let bins = try EqualMassBins(count: count + 1).filled(
        confidences: samples.confidences, isCorrect: samples.isCorrect)
      if zip(bins, bins.dropFirst()).contains(where: { $1.accuracy < $0.accuracy }) { break }
      count += 1
    }
    let expected = try ECE(binCount: count, binning: .equalMass).value(for: outcomes)
    #expect(try ECESweep().value(for: outcomes) == expected)
  }

  @Test func `a perfect order uses a bin for each sample`() throws {
    let confidences = (0..<5000).map { Double($0) / 5000 }
    let outcomes = try ScoredOutcomes(
      confidences: confidences, isCorrect: confidences.map { $0 >= 0.5 })
    let expected = confidences.reduce(0) { $0 + ($1 >= 0.5 ? 1 - $1 : $1) } / 5000
    #expect(abs(try ECESweep().value(for: outcomes) - expected) < 1e-12)
  }

  @Test func `a constant has one gap`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [Double](repeating: 0.7, count: 10), isCorrect: (0..<10).map { $0 < 4 })
    #expect(abs(try ECESweep().value(for: outcomes) - 0.3) < 1e-12)
  }
}
