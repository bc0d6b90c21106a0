import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct ConfidenceStatisticsTests {
  @Test func `they agree with the published ones where these are sound`() throws {
    for example in try MetricCase.all() {
      let statistics = ConfidenceStatistics(try example.outcomes())
      let original = example.expected["original"]
      let (mean, gini) = (original?["confidence_mean"]?.number, original?["gini"]?.number)
      #expect(abs(statistics.mean - (mean ?? .nan)) < 2e-6, "\(example.name)")
      #expect(abs(statistics.gini - (gini ?? .nan)) < 2e-6, "\(example.name)")
      let variance = original?["confidence_variance"]?.number ?? .nan
      #expect(
        variance.isNaN
          ? statistics.variance == nil : abs((statistics.variance ?? .nan) - variance) < 2e-6,
        "\(example.name)")
    }
  }

  @Test(arguments: 1..<20 as Range<UInt64>)
  func `plain loops find the same`(seed: UInt64) throws {
    let samples = Samples(count: Int(seed) * 3 - 2, levels: seed % 3 == 0 ? 4 : 0, seed: seed)
    let shifted = samples.confidences.map { $0 - (seed % 2 == 0 ? 0.5 : 0) }
    let statistics = ConfidenceStatistics(
      try ScoredOutcomes(confidences: shifted, isCorrect: samples.isCorrect))
    let sorted = shifted.sorted()
    let count = Double(sorted.count)
    #expect(
      abs(statistics.median - (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2)
        < 1e-15)
    let raised = sorted.map { $0 - min(sorted[0], 0) + 1e-7 }
    let weighted = raised.enumerated().reduce(0) {
      $0 + (2 * Double($1.offset + 1) - count - 1) * $1.element
    }
    #expect(abs(statistics.gini - weighted / (count * raised.reduce(0, +))) < 1e-12)
  }
}
