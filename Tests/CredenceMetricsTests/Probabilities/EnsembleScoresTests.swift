import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct EnsembleScoresTests {
  @Test(arguments: 0..<5) func `agrees with the definitions`(seed: UInt64) throws {
    var source = RandomSource(seed: seed)
    let (samples, classes, memberCount) = (700, 3, 4)
    let logits = (0..<memberCount).map { _ in
      (0..<samples * classes).map { _ in Double.random(in: -4...4, using: &source) }
    }
    let temperatures = [1.0, 2, 0.5, 1.3]
    let scores = try EnsembleScores(
      logits.map { try Matrix($0, columnCount: classes) }, temperatures: temperatures)
    for sample in stride(from: 0, to: samples, by: 13) {
      let rows = logits.enumerated().map { member, values in
        let row = values[sample * classes..<(sample + 1) * classes].map {
          exp($0 / temperatures[member])
        }
        return row.map { $0 / row.reduce(0, +) }
      }
      var mean = [Double](repeating: 0, count: classes)
      for row in rows { for label in 0..<classes { mean[label] += row[label] / 4 } }
      let entropies = rows.map(Self.entropy)
      let expected = entropies.reduce(0, +) / 4
      var votes = [Int](repeating: 0, count: classes)
      for row in rows { votes[row.firstIndex(of: row.max() ?? 0) ?? 0] += 1 }
      #expect(abs(scores.predictiveEntropies[sample] - Self.entropy(mean)) < 1e-12)
      #expect(abs(scores.expectedEntropies[sample] - expected) < 1e-12)
      let information = Self.entropy(mean) - expected
      #expect(abs(scores.mutualInformations[sample] - information) < 1e-11)
      #expect(scores.variationRatios[sample] == 1 - Double(votes.max() ?? 0) / 4)
      #expect(
        zip(scores.meanProbabilities[sample * classes..<(sample + 1) * classes], mean)
          .allSatisfy { abs($0 - $1) < 1e-14 })
    }
  }

  @Test func `equal members have no mutual information`() throws {
    let member = try Matrix([0.3, 2, -900, 900, 0, 0], columnCount: 2)
    let scores = try EnsembleScores([member, member, member])
    #expect(scores.mutualInformations == [0, 0, 0])
    #expect(scores.variationRatios.allSatisfy { abs($0) < 1e-15 })
    #expect(scores.predictions == [1, 1, 0])
  }

  @Test func `members that disagree fully have the mutual information ln 2`() throws {
    let scores = try EnsembleScores([
      Matrix([1000.0, 0], columnCount: 2), Matrix([0.0, 1000], columnCount: 2),
    ])
    #expect(abs(scores.mutualInformations[0] - log(2)) < 1e-11)
    #expect(scores.expectedEntropies[0] < 1e-300)
    #expect(scores.variationRatios == [0.5])
  }

  @Test func `other shapes and numbers that are not finite are refused`() throws {
    let member = try Matrix([1.0, 2, 3, 4], columnCount: 2)
    #expect(throws: MetricError.unavailable("the file holds no logits of members")) {
      try EnsembleScores([])
    }
    #expect(
      throws: PredictionError.countMismatch(
        what: "samples of a member", count: 1, other: "of another", otherCount: 2)
    ) { try EnsembleScores([member, Matrix([1.0, 2], columnCount: 2)]) }
    #expect(throws: PredictionError.notFinite(role: "logits", row: 1, column: 0)) {
      try EnsembleScores([member, Matrix([1.0, 2, Double.infinity, 3], columnCount: 2)])
    }
  }

  @Test func `confidences of members shrink with doubt`() throws {
    let scores = try EnsembleScores([
      Matrix([9.0, 0, 1, 0], columnCount: 2), Matrix([9.0, 0, 0, 1], columnCount: 2),
    ])
    for function in ConfidenceFunction.ofMembers {
      let confidences = try #require(function.confidences(of: scores))
      #expect(confidences[0] >= confidences[1])
    }
    #expect(ConfidenceFunction.msp.confidences(of: scores) == nil)
  }

  private static func entropy(_ p: [Double]) -> Double {
    p.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
  }
}
