import CredenceMetrics
import Foundation
import Testing

@Suite struct RankingMetricTests {
  /// Every metric that depends on the order of the confidences alone.
  private static var ranking: [MetricDescriptor<ScoredOutcomes>] {
    var settings = MetricSettings()
    settings.risks = [0.1, 0.3]
    settings.accuracies = [0.5, 0.7, 0.8, 0.99]
    let calibration = ["ece", "mce", "smooth", "kde", "brier"]
    return MetricDescriptor<ScoredOutcomes>.all(settings).filter { descriptor in
      !calibration.contains { descriptor.id.contains($0) }
    }
  }

  private static let seeds = 0..<20 as Range<UInt64>

  private static func samples(_ seed: UInt64) -> Samples {
    Samples(count: 20 + 13 * Int(seed), levels: [0, 3, 15][Int(seed) % 3], seed: seed)
  }

  @Test(arguments: seeds) func `the order of rows does not matter`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    let (before, after) = (try samples.outcomes, try samples.shuffled(seed: seed).outcomes)
    for descriptor in MetricDescriptor<ScoredOutcomes>.all() {
      let metric = descriptor.make()
      let (a, b) = (metric.valueOrNaN(for: before), metric.valueOrNaN(for: after))
      #expect(a == b || (a.isNaN && b.isNaN), "\(descriptor.id)")
    }
  }

  @Test(arguments: seeds) func `only the ranking matters`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    var transformed = samples
    // Every transform is strictly monotone on the values at hand, without new ties.
    transformed.confidences = samples.confidences.map { exp(30 * $0) - 1e5 }
    let (before, after) = (try samples.outcomes, try transformed.outcomes)
    for descriptor in Self.ranking {
      let metric = descriptor.make()
      let (a, b) = (metric.valueOrNaN(for: before), metric.valueOrNaN(for: after))
      #expect(a == b || (a.isNaN && b.isNaN), "\(descriptor.id)")
    }
  }

  @Test(arguments: seeds) func `all values lie in [0, 1]`(seed: UInt64) throws {
    let outcomes = try Self.samples(seed).outcomes
    for descriptor in MetricDescriptor<ScoredOutcomes>.all() {
      let value = descriptor.make().valueOrNaN(for: outcomes)
      let upper = ["naurc"].contains(descriptor.id) ? 3.0 : 1 + 1e-12
      let lower = descriptor.id == "eaurc_asymptotic" ? -0.1 : -1e-12
      #expect(value.isNaN || (lower...upper).contains(value), "\(descriptor.id) \(value)")
    }
  }

  @Test(arguments: seeds) func `AUROC counts pairs`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    var (sum, pairs) = (0.0, 0.0)
    for i in 0..<samples.count where samples.isCorrect[i] {
      for j in 0..<samples.count where !samples.isCorrect[j] {
        let (a, b) = (samples.confidences[i], samples.confidences[j])
        sum += a > b ? 1 : a == b ? 0.5 : 0
        pairs += 1
      }
    }
    #expect(try AUROC().value(for: samples.outcomes) == sum / pairs)
  }

  @Test(arguments: seeds) func `AURC is the mean over orders of ties`(seed: UInt64) throws {
    // Within a tie group every place has the group's mean error.
    let samples = Self.samples(seed)
    let order = samples.fallingOrder
    let shares = order.map { row -> Double in
      let group = order.filter { samples.confidences[$0] == samples.confidences[row] }
      return Double(group.count { !samples.isCorrect[$0] }) / Double(group.count)
    }
    var (errors, sum) = (0.0, 0.0)
    for (place, share) in shares.enumerated() {
      errors += share
      sum += errors / Double(place + 1)
    }
    let outcomes = try samples.outcomes
    let expected = sum / Double(samples.count)
    #expect(abs(try AURC().value(for: outcomes) - expected) < 1e-12)
    let risk = Double(samples.errorCount) / Double(samples.count)
    #expect(
      abs(try AURCTrapezoid().value(for: outcomes) - expected + risk / (2 * Double(samples.count)))
        < 1e-12)
  }

  @Test(arguments: seeds) func `AUGRC is a trapezoid area and an identity`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    let outcomes = try samples.outcomes
    var (area, coverage, generalized) = (0.0, 0.0, 0.0)
    for point in RiskCoverageCurve(outcomes).points {
      area += (point.coverage - coverage) * (point.generalizedRisk + generalized) / 2
      (coverage, generalized) = (point.coverage, point.generalizedRisk)
    }
    let value = try AUGRC().value(for: outcomes)
    #expect(abs(value - area) < 1e-12)
    let risk = Double(samples.errorCount) / Double(samples.count)
    let auroc = try AUROC().value(for: outcomes)
    #expect(abs(value - ((1 - auroc) * risk * (1 - risk) + risk * risk / 2)) < 1e-12)
    #expect(abs(try ExcessAUGRC().value(for: outcomes) - (value - risk * risk / 2)) < 1e-15)
  }

  @Test(arguments: seeds) func `average precision sums over thresholds`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    func averagePrecision(_ score: (Double) -> Double, _ isPositive: [Bool]) -> Double {
      let scores = samples.confidences.map(score)
      let positives = Double(isPositive.count { $0 })
      var (sum, recall) = (0.0, 0.0)
      for threshold in Set(scores).sorted(by: >) {
        let accepted = scores.indices.filter { scores[$0] >= threshold }
        let found = Double(accepted.count { isPositive[$0] })
        sum += (found / positives - recall) * found / Double(accepted.count)
        recall = found / positives
      }
      return sum
    }
    let outcomes = try samples.outcomes
    let success = averagePrecision({ $0 }, samples.isCorrect)
    #expect(abs(try AUPRSuccess().value(for: outcomes) - success) < 1e-12)
    let error = averagePrecision({ -$0 }, samples.isCorrect.map { !$0 })
    #expect(abs(try AUPRError().value(for: outcomes) - error) < 1e-12)
  }

  @Test(arguments: seeds) func `thresholds are searched one by one`(seed: UInt64) throws {
    let samples = Self.samples(seed)
    let outcomes = try samples.outcomes
    let steps = RiskCoverageCurve(outcomes).points
    let count = Double(samples.count)
    for accuracy in [0.5, 0.6, 0.7, 0.8, 0.9, 1] {
      let good = steps.filter { 1 - $0.risk >= accuracy - 1e-12 }
      #expect(try SAC(accuracy: accuracy).value(for: outcomes) == good.last?.coverage ?? 0)
      let many = good.filter { $0.coverage * count >= 10 }
      #expect(
        try SAC(accuracy: accuracy, minimumCount: 10).value(for: outcomes)
          == many.last?.coverage ?? 0)
      let before = steps.prefix { 1 - $0.risk >= accuracy - 1e-12 }
      #expect(
        try SAC(accuracy: accuracy, rule: .firstViolation).value(for: outcomes)
          == before.last?.coverage ?? 0)
    }
    for risk in [0.1, 0.2, 0.3, 0.5] {
      let good = steps.filter { $0.risk <= risk + 1e-12 }
      #expect(try CoverageAtRisk(risk: risk).value(for: outcomes) == good.last?.coverage ?? 0)
    }
    let roc = try ROCCurve(outcomes).points
    #expect(
      try FPR95().value(for: outcomes)
        == roc.first { $0.truePositiveRate >= 0.95 - 1e-12 }?.falsePositiveRate)
  }

  @Test func `one sample is enough where the metric is defined`() throws {
    let right = try ScoredOutcomes(confidences: [0.3], isCorrect: [true])
    let wrong = try ScoredOutcomes(confidences: [0.3], isCorrect: [false])
    #expect(try AURC().value(for: right) == 0 && AURC().value(for: wrong) == 1)
    #expect(try EAURC().value(for: wrong) == 0)
    #expect(try EAURC(optimum: .asymptotic).value(for: wrong) == 0)
    #expect(try SAC(accuracy: 0.99).value(for: right) == 1)
    #expect(try SAC(accuracy: 0.99).value(for: wrong) == 0)
    #expect(try AUGRC().value(for: wrong) == 0.5)
  }

  @Test func `undefined values carry their reason`() throws {
    let right = try ScoredOutcomes(confidences: [0.3, 0.4], isCorrect: [true, true])
    let wrong = try ScoredOutcomes(confidences: [0.3, 0.4], isCorrect: [false, false])
    let metrics: [any Metric<ScoredOutcomes>] = [AUROC(), FPR95(), NAURC()]
    for metric in metrics {
      #expect(throws: MetricError.noErrors) { try metric.value(for: right) }
      #expect(throws: MetricError.noCorrectPredictions) { try metric.value(for: wrong) }
    }
    #expect(throws: MetricError.noErrors) { try AUPRError().value(for: right) }
    #expect(throws: MetricError.noCorrectPredictions) { try AUPRSuccess().value(for: wrong) }
    #expect(throws: MetricError.noErrors) { try ROCCurve(right) }
    #expect(MetricError.noErrors.localizedDescription == "there are no wrong predictions")
  }

  @Test func `huge and tiny scores rank as they are`() throws {
    let scores: [Double] = [
      1e300, -1e300, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0, 0x1p-1030,
    ]
    let outcomes = try ScoredOutcomes(
      confidences: scores, isCorrect: [true, false, true, false, false, true])
    #expect(try AUROC().value(for: outcomes) == 1)
    #expect(outcomes.thresholds.count == 6)
  }
}
