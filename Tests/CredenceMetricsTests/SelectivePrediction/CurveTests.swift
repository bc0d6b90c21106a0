import CredenceMetrics
import Testing

@Suite struct CurveTests {
  @Test(arguments: [2, 3, 10, 97, 1000, 5000])
  func `thinned curves keep their ends`(limit: Int) throws {
    let samples = Samples(count: 3000, levels: limit % 2 == 0 ? 0 : 200, seed: UInt64(limit))
    let outcomes = try samples.outcomes
    let whole = RiskCoverageCurve(outcomes).points
    let points = RiskCoverageCurve(outcomes, pointLimit: limit).points
    #expect(points.count <= limit && points.count >= min(limit, whole.count) / 2)
    #expect(points.first == whole.first && points.last == whole.last)
    #expect(Set(points).isSubset(of: whole))
    let oracle = RiskCoverageCurve.oracle(outcomes, pointLimit: limit).points
    #expect(oracle.count <= limit && oracle.last?.risk == whole.last?.risk)
    #expect(oracle.last?.coverage == 1)
    let roc = try ROCCurve(outcomes, pointLimit: limit).points
    #expect(roc.count <= limit)
    #expect(roc.first == .init(falsePositiveRate: 0, truePositiveRate: 0))
    #expect(roc.last == .init(falsePositiveRate: 1, truePositiveRate: 1))
  }

  @Test func `an unlimited curve has a point per threshold`() throws {
    let samples = Samples(count: 500, levels: 40, seed: 3)
    let outcomes = try samples.outcomes
    #expect(RiskCoverageCurve(outcomes).points.map(\.threshold) == outcomes.thresholds)
    #expect(try ROCCurve(outcomes).points.count == outcomes.thresholds.count + 1)
    #expect(RiskCoverageCurve.oracle(outcomes).points.count == 500)
  }

  @Test func `the oracle's area is the optimum`() throws {
    let outcomes = try Samples(count: 300, seed: 4).outcomes
    let mean = RiskCoverageCurve.oracle(outcomes).points.reduce(0) { $0 + $1.risk / 300 }
    let optimum = try AURC().value(for: outcomes) - EAURC().value(for: outcomes)
    #expect(abs(mean - optimum) < 1e-12)
  }

  @Test func `the area under the ROC curve is AUROC`() throws {
    let outcomes = try Samples(count: 300, levels: 20, seed: 5).outcomes
    let points = try ROCCurve(outcomes).points
    let area = zip(points, points.dropFirst()).reduce(0) {
      $0 + ($1.1.falsePositiveRate - $1.0.falsePositiveRate)
        * ($1.1.truePositiveRate + $1.0.truePositiveRate) / 2
    }
    #expect(abs(area - (try AUROC().value(for: outcomes))) < 1e-12)
  }
}
