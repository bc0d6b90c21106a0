import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct EqualWidthBinsTests {
  @Test func `edges are those of the published code, to the bit`() throws {
    let file = "ece_bin_edges_float32.json"
    var group = GoldenGroup(set: "selective", name: "ece_bin_edges_float32", file: file)
    for (key, expected) in try GoldenSet("selective").json(file).members {
      let edges = expected.array?.compactMap(\.number).map { Float($0) } ?? []
      group.check(path: key, expected: edges, actual: EqualWidthBins(count: Int(key) ?? 1).edges)
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test(arguments: 1...64) func `edges rise from 0 to 1`(count: Int) {
    let edges = EqualWidthBins(count: count).edges
    #expect(edges.count == count + 1 && edges.first == 0 && edges.last == 1)
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `bins are closed on the right and the first one holds 0`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0, 0.25, 0.25.nextUp, 0.5, 1, 1 + 1e-7, -1e-7],
      isCorrect: [true, false, true, true, true, false, false])
    let bins = try EqualWidthBins(count: 4).filled(with: outcomes)
    #expect(bins.map(\.count) == [3, 2, 0, 2])
    #expect(bins.map(\.correct) == [1, 2, 0, 1])
    // Rounding beyond [0, 1] is cut off.
    #expect(bins[3].confidenceSum == 2)
    #expect(bins[0].confidenceSum == 0.25)
  }

  @Test func `scores are refused`() {
    #expect(throws: MetricError.notProbabilities(1.5)) {
      try ECE().value(for: ScoredOutcomes(confidences: [0.2, 1.5], isCorrect: [true, false]))
    }
    #expect(throws: MetricError.notProbabilities(-0.01)) {
      try ECE(binning: .equalMass).value(
        for: ScoredOutcomes(confidences: [0.2, -0.01], isCorrect: [true, false]))
    }
  }
}
