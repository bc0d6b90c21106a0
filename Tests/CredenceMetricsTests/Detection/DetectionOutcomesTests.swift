import CredenceMetrics
import Testing

@Suite struct DetectionOutcomesTests {
  private func value(_ metric: DetectionMetric, _ outcomes: ScoredOutcomes) throws -> Double {
    try metric.descriptor.make().value(for: outcomes)
  }

  @Test func `agrees with the definitions counted by hand`() throws {
    // From sure to unsure: in, out, in, in, out.
    let outcomes = try ScoredOutcomes(inliers: [0, 2, 3], outliers: [1, 4])
    #expect(try value(.auroc, outcomes) == 4.0 / 6)
    #expect(try value(.fpr95, outcomes) == 0.5)
    #expect(try value(.fpr95Out, outcomes) == 2.0 / 3)
    #expect(try abs(value(.auprIn, outcomes) - (1 + 2.0 / 3 + 3.0 / 4) / 3) < 1e-15)
    #expect(try abs(value(.auprOut, outcomes) - (1 + 2.0 / 4) / 2) < 1e-15)
  }

  @Test func `a constant uncertainty gets chance`() throws {
    let outcomes = try ScoredOutcomes(inliers: [1, 1, 1], outliers: [1])
    #expect(try value(.auroc, outcomes) == 0.5)
    #expect(try value(.fpr95, outcomes) == 1)
    #expect(try value(.fpr95Out, outcomes) == 1)
    #expect(try value(.auprIn, outcomes) == 0.75)
    #expect(try value(.auprOut, outcomes) == 0.25)
  }

  @Test(arguments: 0..<20) func `AUROC is the share of pairs in the right order`(seed: UInt64)
    throws
  {
    var generator = RandomSource(seed: seed)
    let inliers = (0..<40).map { _ in Double(Int.random(in: 0..<12, using: &generator)) }
    let outliers = (0..<25).map { _ in Double(Int.random(in: 4..<16, using: &generator)) }
    var pairs = 0.0
    for a in inliers { for b in outliers { pairs += a < b ? 1 : a == b ? 0.5 : 0 } }
    let outcomes = try ScoredOutcomes(inliers: inliers, outliers: outliers)
    #expect(try abs(value(.auroc, outcomes) - pairs / 1000) < 1e-14)
    // Exchanging the classes and the sign exchanges the two areas.
    let exchanged = try ScoredOutcomes(inliers: outliers.map { -$0 }, outliers: inliers.map { -$0 })
    #expect(try abs(value(.auprIn, outcomes) - value(.auprOut, exchanged)) < 1e-13)
    #expect(try value(.fpr95, outcomes) == value(.fpr95Out, exchanged))
  }

  @Test func `an empty side and NaN are refused`() {
    #expect(throws: MetricError.unavailable("there are no out-of-distribution samples")) {
      try ScoredOutcomes(inliers: [1], outliers: [])
    }
    #expect(throws: MetricError.unavailable("there are no in-distribution samples")) {
      try ScoredOutcomes(inliers: [], outliers: [1])
    }
    #expect(throws: MetricError.notFinite(row: 2)) {
      try ScoredOutcomes(inliers: [1, 2], outliers: [.nan])
    }
  }
}
