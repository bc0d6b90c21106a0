import CredenceMetrics
import Testing

@Suite struct DetectionBootstrapTests {
  /// Uncertainties with many ties.
  private func scores(_ seed: UInt64, sets: Int = 3) -> DetectionBootstrap.Scores {
    var generator = RandomSource(seed: seed)
    func list(_ count: Int, _ range: Range<Int>) -> [Double] {
      (0..<count).map { _ in Double(Int.random(in: range, using: &generator)) / 4 }
    }
    return DetectionBootstrap.Scores(
      inliers: list(57, 0..<40), outliers: (0..<sets).map { list(20 + 7 * $0, 10 + $0..<60) })
  }

  @Test(arguments: 0..<8)
  func `intervals are those of samples drawn one by one`(seed: UInt64) throws {
    let (scores, replicates) = (scores(seed), 40)
    let bootstrap = DetectionBootstrap(replicates: replicates, seed: seed, level: 0.9)
    let result = try #require(bootstrap.run([scores], groups: [[0, 2], [1]]).first)

    func drawn(_ values: [Double], stratum: Int, _ replicate: Int) -> [Double] {
      let weights = BootstrapWeights(
        seed: seed &+ 0x9e37_79b9_7f4a_7c15 &* UInt64(stratum)
      ).weights(replicate: replicate, count: values.count)
      return zip(values, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    }
    for metric in DetectionMetric.all {
      let table = try (0..<replicates).map { replicate in
        try scores.outliers.indices.map { set in
          try metric.descriptor.make().value(
            for: ScoredOutcomes(
              inliers: drawn(scores.inliers, stratum: 0, replicate),
              outliers: drawn(scores.outliers[set], stratum: set + 1, replicate)))
        }
      }
      func check(_ found: BootstrapInterval?, _ values: [Double], _ what: String) throws {
        let expected = try #require(BootstrapInterval(replicates: values, level: 0.9))
        let found = try #require(found)
        #expect(abs(found.low - expected.low) < 1e-12, "\(metric.id), \(what)")
        #expect(abs(found.high - expected.high) < 1e-12, "\(metric.id), \(what)")
      }
      for set in scores.outliers.indices {
        try check(result.sets[set][metric.id], table.map { $0[set] }, "set \(set)")
      }
      try check(result.groups[0][metric.id], table.map { ($0[0] + $0[2]) / 2 }, "group")
      try check(result.groups[1][metric.id], table.map { $0[1] }, "group of one")
    }
  }

  @Test func `a method's intervals do not depend on the other methods or sets`() throws {
    let (a, b) = (scores(1), scores(2))
    let bootstrap = DetectionBootstrap(replicates: 25, seed: 3)
    let both = try bootstrap.run([a, b])
    let alone = try bootstrap.run([b])
    #expect(both[1].sets == alone[0].sets)
    let first = DetectionBootstrap.Scores(inliers: a.inliers, outliers: [a.outliers[0]])
    #expect(try bootstrap.run([first])[0].sets[0] == both[0].sets[0])
  }

  @Test func `intervals hold the value for most seeds`() throws {
    // The area of two shifted uniforms: 1 − (1 − d)² / 2 for a shift d.
    let truth = 1 - 0.8 * 0.8 / 2
    var held = 0
    for seed in 0..<60 as Range<UInt64> {
      // Neighboring seeds give the same numbers shifted by one.
      var generator = RandomSource(seed: 1000 * seed)
      let inliers = (0..<80).map { _ in Double.random(in: 0..<1, using: &generator) }
      let outliers = (0..<80).map { _ in Double.random(in: 0.2..<1.2, using: &generator) }
      let result = try DetectionBootstrap(replicates: 200, seed: seed).run([
        DetectionBootstrap.Scores(inliers: inliers, outliers: [outliers])
      ])
      let interval = try #require(result[0].sets[0]["auroc"])
      held += interval.low <= truth && truth <= interval.high ? 1 : 0
    }
    // 57 of 60 are expected; fewer than 50 have a chance below 1e-3.
    #expect(held >= 50, "\(held) of 60")
  }

  @Test func `one sample per side is resampled as itself`() throws {
    let scores = DetectionBootstrap.Scores(inliers: [1], outliers: [[2]])
    let result = try DetectionBootstrap(replicates: 10).run([scores])
    #expect(result[0].sets[0]["auroc"]?.bounds == [1, 1])
    #expect(result[0].sets[0]["fpr95_out"]?.bounds == [0, 0])
  }

  @Test func `what can't be resampled is refused`() {
    let nan = DetectionBootstrap.Scores(inliers: [1, .nan], outliers: [[2]])
    #expect(throws: MetricError.self) { try DetectionBootstrap(replicates: 2).run([nan]) }
    let empty = DetectionBootstrap.Scores(inliers: [], outliers: [[2]])
    #expect(throws: MetricError.unavailable("there are no in-distribution samples")) {
      try DetectionBootstrap(replicates: 2).run([empty])
    }
    #expect(
      throws: MetricError.invalidSetting(name: "replicates", value: 0, allowed: "at least 1")
    ) { try DetectionBootstrap(replicates: 0).run([empty]) }
  }
}
