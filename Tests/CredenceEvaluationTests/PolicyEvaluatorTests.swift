import CredenceCalibration
import CredenceEvaluation
import CredencePredictions
import Testing

@Suite struct PolicyEvaluatorTests {
  private var evaluator: PolicyEvaluator {
    var settings = ScoreSettings()
    settings.bootstrap.replicates = 0
    return PolicyEvaluator(settings: settings)
  }

  @Test func `a temperature policy lowers the negative log-likelihood of other samples`() throws {
    let fit = try SyntheticSets.logits(seed: 1)
    let test = try SyntheticSets.logits(seed: 2)
    let policy = try Policy.fit(PolicyKind.named("temperature"), on: fit)
    let (_, report) = try evaluator.apply(policy, to: ScoredSet(test))
    var settings = ScoreSettings()
    settings.bootstrap.replicates = 0
    settings.temperature = .off
    let before = try Scorer(settings: settings).report([ScoredSet(test)]).entries[0].row
    let after = report.entries[0].row
    #expect(after.rescaling == "temperature")
    #expect(try #require(after.metrics["nll"]) < #require(before.metrics["nll"]))
    #expect(after.metrics["accuracy"] == before.metrics["accuracy"])
  }

  @Test(arguments: PolicyKind.all.map(\.id))
  func `every kind is fitted, survives its file and is applied`(kind: String) throws {
    let fit = try SyntheticSets.logits(seed: 3)
    let test = try SyntheticSets.logits(seed: 4)
    var settings = PolicySettings()
    settings.target = .accuracy(0.55)
    let policy = try Policy.fit(PolicyKind.named(kind), on: fit, settings: settings)
    let loaded = try Policy(json: policy.json())
    let (applied, report) = try evaluator.apply(loaded, to: ScoredSet(test))
    #expect(applied.set.sampleCount == 600)
    #expect(report.entries[0].row.rescaling == kind)
    #expect(report.entries[0].row.metrics["accuracy"] != nil)
  }

  @Test func `without labels the policy's own counts are reported`() throws {
    var settings = PolicySettings()
    settings.target = .accuracy(0.55)
    let policy = try Policy.fit(
      PolicyKind.named("threshold"), on: SyntheticSets.logits(seed: 3), settings: settings)
    var test = try SyntheticSets.logits(seed: 4)
    test.labels = nil
    let (applied, report) = try evaluator.apply(policy, to: ScoredSet(test))
    let accepted = try #require(applied.accepted)
    let coverage = try #require(report.entries[0].row.metrics["policy_coverage"])
    #expect(abs(coverage - Double(accepted.count { $0 }) / 600) < 1e-12)
    #expect(!report.warnings.isEmpty)
  }

  @Test func `a policy for other classes is refused`() throws {
    let policy = try Policy.fit(
      PolicyKind.named("vector"), on: SyntheticSets.logits(classes: 7))
    #expect(throws: CalibrationError.self) {
      try evaluator.apply(policy, to: ScoredSet(SyntheticSets.logits(classes: 5)))
    }
  }
}
