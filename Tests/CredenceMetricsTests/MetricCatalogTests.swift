import CredenceMetrics
import Testing

@Suite struct MetricCatalogTests {
  private static var settings: MetricSettings {
    var settings = MetricSettings()
    settings.risks = [0.05, 0.01]
    return settings
  }

  @Test func `ids are unique and complete`() {
    let ids = MetricDescriptor<ScoredOutcomes>.all(Self.settings).map(\.id)
    #expect(Set(ids).count == ids.count)
    let expected = [
      "accuracy", "auroc", "aupr_success", "aupr_error", "fpr95", "aurc", "e_aurc", "naurc",
      "augrc", "sac_0.9", "sac_0.99", "sac_0.995", "risk_at_0.8", "coverage_at_risk_0.05", "ece",
      "mce", "ece_l2", "ece_equal_mass", "mce_equal_mass", "ece_debiased", "ece_sweep",
      "smooth_ece", "kde_ece", "top_label_brier", "eaurc_asymptotic", "aurc_trapezoid",
    ]
    #expect(Set(expected).isSubset(of: ids))
  }

  @Test(arguments: MetricDescriptor<ScoredOutcomes>.all(settings))
  func `every metric says what it is and gives a value`(
    descriptor: MetricDescriptor<ScoredOutcomes>
  ) throws {
    #expect(!descriptor.title.isEmpty && !descriptor.definition.isEmpty)
    #expect(!descriptor.source.isEmpty)
    let value = try descriptor.make().value(for: Samples(count: 400, seed: 1).outcomes)
    #expect(value.isFinite)
  }

  @Test func `better samples have better values`() throws {
    // The same confidences; in the better list correctness follows them.
    let confidences = (0..<2000).map { (Double($0) + 0.5) / 2000 }
    var random = RandomSource(seed: 1)
    let better = try ScoredOutcomes(
      confidences: confidences,
      isCorrect: confidences.map { Double.random(in: 0...1, using: &random) < $0 })
    let worse = try ScoredOutcomes(
      confidences: confidences,
      isCorrect: confidences.map { Double.random(in: 0...1, using: &random) < 0.7 - 0.6 * $0 })
    // Uncertainty is a property of the accuracy, here the same for both.
    for descriptor in MetricDescriptor<ScoredOutcomes>.all(Self.settings)
    where descriptor.id != "top_label_brier_uncertainty" {
      let metric = descriptor.make()
      let (a, b) = (try metric.value(for: better), try metric.value(for: worse))
      switch descriptor.direction {
      case .higherIsBetter: #expect(a >= b, "\(descriptor.id)")
      case .lowerIsBetter: #expect(a <= b, "\(descriptor.id)")
      }
    }
  }

  @Test func `settings name their metrics and survive JSON`() {
    var settings = MetricSettings()
    settings.binCount = 20
    let ece = MetricDescriptor<ScoredOutcomes>.all(settings).first { $0.id == "ece" }
    #expect(ece?.definition.contains("20 equal-width bins") == true)
    settings.sacRule = .firstViolation
    settings.accuracies = [1]
    let sac = MetricDescriptor<ScoredOutcomes>.all(settings).first { $0.id == "sac_1" }
    #expect(sac?.definition.contains("first violation") == true)
    #expect(sac?.title == "Coverage at 100 % accuracy")
  }
}
