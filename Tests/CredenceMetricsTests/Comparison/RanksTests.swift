import CredenceMetrics
import Testing

@Suite struct RanksTests {
  @Test func `equal values share the mean of their ranks`() {
    #expect(
      Ranks.averaged([0.3, 0.9, 0.3, 0.1], direction: .higherIsBetter) == [2.5, 1, 2.5, 4])
    #expect(
      Ranks.averaged([0.3, 0.9, 0.3, 0.1], direction: .lowerIsBetter) == [2.5, 4, 2.5, 1])
    #expect(Ranks.averaged([], direction: .lowerIsBetter).isEmpty)
  }

  @Test func `mean ranks pass over incomplete resamples`() {
    let ranks = Ranks.means(
      [[1, nil, 3, 2], [2, 5, 1, 2]], direction: .higherIsBetter)
    #expect(ranks == [1.5, 1.5])
    #expect(Ranks.means([[nil], [1]], direction: .higherIsBetter) == nil)
  }

  @Test func `cliques are the maximal runs without a significant pair`() {
    // 0 and 1 alike, 1–3 alike, 4 apart.
    let different: Set<[Int]> = [[0, 2], [0, 3], [0, 4], [1, 4], [2, 4], [3, 4]]
    let cliques = Ranks.cliques(5) { different.contains([$0, $1]) }
    #expect(cliques == [0..<2, 1..<4])
    #expect(Ranks.cliques(3) { _, _ in true }.isEmpty)
    #expect(Ranks.cliques(3) { _, _ in false } == [0..<3])
    #expect(Ranks.cliques(1) { _, _ in false }.isEmpty)
    #expect(Ranks.cliques(0) { _, _ in false }.isEmpty)
  }

  @Test func `Holm's correction steps down`() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005])
    // 4 × 0.005, 3 × 0.01, 2 × 0.03, and 0.04 not below its predecessor.
    for (found, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(found - expected) < 1e-15)
    }
    #expect(HolmCorrection.adjusted([0.7, 0.6]) == [1, 1])
    #expect(HolmCorrection.adjusted([]).isEmpty)
  }
}
