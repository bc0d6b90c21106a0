import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct RankingGoldenTests {
  @Test func `ranking metrics agree with the reference to 1e-12`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases reference, ranking", file: "metric_cases.json")
    for example in try MetricCase.all() {
      guard let reference = example.expected["reference"] else { continue }
      let outcomes = try example.outcomes()
      let metrics: [String: any Metric<ScoredOutcomes>] = [
        "auroc_ties": AUROC(), "aurc_tie_expected": AURC(), "eaurc_exact": EAURC(),
        "naurc": NAURC(), "augrc": AUGRC(), "fpr95": FPR95(), "aupr_success": AUPRSuccess(),
        "aupr_error": AUPRError(),
      ]
      let path = "\(example.name).reference"
      for (key, expected) in reference.members {
        if let metric = metrics[key], let expected = expected.number {
          group.check(
            path: "\(path).\(key)", expected: expected, actual: metric.valueOrNaN(for: outcomes),
            tolerance: 1e-12)
        }
      }
      group.check(
        path: "\(path).n", expected: reference["n"]?.number ?? -1, actual: Double(outcomes.count),
        tolerance: 0)
      group.check(
        path: "\(path).errors", expected: reference["errors"]?.number ?? -1,
        actual: Double(outcomes.errorCount), tolerance: 0)
      if let oracle = reference["aurc_oracle"]?.number {
        let actual = try AURC().value(for: outcomes) - EAURC().value(for: outcomes)
        group.check(
          path: "\(path).aurc_oracle", expected: oracle, actual: actual, tolerance: 1e-12)
      }
      let published = try Galil2023Metrics(
        confidences: example.confidences, isCorrect: example.isCorrect)
      if let expected = reference["aurc_stable_order"]?.number {
        group.check(
          path: "\(path).aurc_stable_order", expected: expected, actual: published.aurc,
          tolerance: 1e-12)
      }
      if let expected = reference["aurc_trapezoid_stable_order"]?.number {
        // The step from the mean to the trapezoid does not depend on the order.
        let step = try AURC().value(for: outcomes) - AURCTrapezoid().value(for: outcomes)
        group.check(
          path: "\(path).aurc_trapezoid_stable_order", expected: expected,
          actual: published.aurc - step, tolerance: 1e-12)
      }
      if reference["gini"] == .null {
        group.skip(path: "\(path).gini", reason: "not computed by the reference")
      }
      for (accuracy, expected) in reference["sac"]?.members ?? [] {
        let actual = try SAC(accuracy: Double(accuracy) ?? -1).value(for: outcomes)
        group.check(
          path: "\(path).sac.\(accuracy)", expected: expected.number ?? .nan, actual: actual,
          tolerance: 1e-12)
      }
      for (coverage, expected) in reference["selective_risk_at_coverage"]?.members ?? [] {
        let actual = try SelectiveRisk(coverage: Double(coverage) ?? -1).value(for: outcomes)
        group.check(
          path: "\(path).selective_risk_at_coverage.\(coverage)",
          expected: expected.number ?? .nan, actual: actual, tolerance: 1e-12)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test func `one sweep gives what each metric gives alone`() throws {
    for example in try MetricCase.all() {
      let outcomes = try example.outcomes()
      var settings = MetricSettings()
      settings.accuracies = [0.99, 0.5, 0.9, 1]
      settings.coverages = [0.9, 0.1, 0.5]
      settings.risks = [0.2, 0.01, 0.5]
      let sweep = RankingSweep(settings).values(for: outcomes)
      for descriptor in MetricDescriptor<ScoredOutcomes>.all(settings) {
        guard let together = sweep[descriptor.id] else { continue }
        let alone = descriptor.make().valueOrNaN(for: outcomes)
        let value = (try? together.get()) ?? .nan
        #expect(
          alone == value || (alone.isNaN && value.isNaN) || abs(alone - value) < 1e-14,
          "\(example.name) \(descriptor.id)")
      }
    }
  }
}
