import CredenceCalibration
import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import Testing

@Suite struct ComparerTests {
  private func comparer() -> Comparer {
    var settings = ComparisonSettings()
    settings.score.bootstrap.replicates = 200
    return Comparer(settings: settings)
  }

  @Test func `the better model is found, with a test for each metric`() throws {
    let good = try SyntheticSets.logits(model: "good")
    let bad = try SyntheticSets.logits(noise: 6, model: "bad")
    let report = try comparer().compare([ScoredSet(bad), ScoredSet(good)])
    #expect(report.matching == "row")
    #expect(report.samples == 600)
    let accuracy = try #require(report.pairs.first { $0.metric == "accuracy" })
    #expect(accuracy.test == "mcnemar")
    #expect(accuracy.difference < 0)
    #expect(accuracy.interval[1] < 0)
    #expect(accuracy.adjustedPValue < 0.01)
    #expect(report.pairs.first { $0.metric == "auroc" }?.test == "delong")
    #expect(report.pairs.first { $0.metric == "aurc" }?.test == "bootstrap")
    #expect(report.models.first { $0.model == "good" }?.ranks["accuracy"] == 1)
    #expect(report.rankings.first { $0.metric == "accuracy" }?.models == ["good", "bad"])
    #expect(report.rankings.first { $0.metric == "accuracy" }?.cliques.isEmpty == true)
  }

  @Test func `a model does not differ from itself`() throws {
    let set = try SyntheticSets.logits()
    let report = try comparer().compare([
      ScoredSet(set, file: "a.npz"), ScoredSet(set, file: "b.npz"),
    ])
    #expect(report.models.map(\.model) == ["a.npz", "b.npz"])
    for pair in report.pairs {
      #expect(pair.difference == 0)
      #expect(pair.pValue == 1, "\(pair.metric)")
    }
    #expect(report.disagreements.isEmpty)
    #expect(report.rankings.allSatisfy { $0.cliques.count == 1 })
  }

  @Test func `samples are matched by name in any order`() throws {
    var first = try SyntheticSets.logits(count: 80, model: "a")
    let other = try SyntheticSets.logits(count: 80, noise: 3, model: "b")
    first.sampleIDs = try SampleIDs((0..<80).map { "image-\($0)" })
    let order = Array((0..<80).reversed())
    var second = try SyntheticSets.reordered(other, order)
    second.sampleIDs = try SampleIDs(order.map { "image-\($0)" })
    let matched = try comparer().compare([ScoredSet(first), ScoredSet(second)])
    first.sampleIDs = nil
    let direct = try comparer().compare([ScoredSet(first), ScoredSet(other)])
    #expect(matched.matching == "sample-id")
    for (one, two) in zip(matched.pairs, direct.pairs) {
      #expect(abs(one.difference - two.difference) < 1e-12)
      #expect(abs(one.interval[0] - two.interval[0]) < 1e-9, "\(one.metric)")
      #expect(abs(one.pValue - two.pValue) < 1e-12)
    }
    #expect(matched.disagreements.first?.sampleID.hasPrefix("image-") == true)
  }

  @Test func `classes count wins and losses`() throws {
    let good = try SyntheticSets.logits(model: "good")
    let bad = try SyntheticSets.logits(noise: 6, model: "bad")
    let report = try comparer().compare([ScoredSet(good), ScoredSet(bad)])
    let wins = report.classes.reduce(0) { $0 + $1.wins }
    let losses = report.classes.reduce(0) { $0 + $1.losses }
    let accuracies = report.models.map { $0.metrics["accuracy"] ?? 0 }
    #expect(abs(Double(wins - losses) / 600 - (accuracies[0] - accuracies[1])) < 1e-12)
    #expect(report.classes.reduce(0) { $0 + $1.samples } == 600)
  }

  @Test func `disagreements are the most confident ones`() throws {
    let report = try comparer().compare([
      ScoredSet(SyntheticSets.logits(model: "a")),
      ScoredSet(SyntheticSets.logits(noise: 6, model: "b")),
    ])
    let levels = report.disagreements.map { min($0.firstConfidence, $0.secondConfidence) }
    #expect(levels == levels.sorted(by: >))
    #expect(report.disagreements.allSatisfy { $0.firstPrediction != $0.secondPrediction })
    #expect(report.disagreements.count == 20)
  }

  @Test func `other samples are refused by row`() throws {
    let first = try SyntheticSets.logits(count: 50)
    var second = first
    second.labels?[7] = (first.labels?[7] ?? 0) == 0 ? 1 : 0
    #expect {
      try comparer().compare([ScoredSet(first, file: "a"), ScoredSet(second, file: "b")])
    } throws: { error in
      (error as? EvaluationError)?.failureReason?.hasPrefix("Row 7 of the first has label") == true
    }
    let shorter = try SyntheticSets.logits(count: 49)
    #expect(
      throws: EvaluationError.differentSamples(
        first: "a", second: "b", reason: "They hold 50 and 49 samples.")
    ) { try comparer().compare([ScoredSet(first, file: "a"), ScoredSet(shorter, file: "b")]) }
    #expect(throws: EvaluationError.tooFewModels(1)) { try comparer().compare([ScoredSet(first)]) }
  }

  @Test func `a model that is first by chance alone is not called better`() throws {
    // Two models with the same quality and independent noise.
    let report = try comparer().compare([
      ScoredSet(SyntheticSets.logits(noise: 1e-4, model: "a")),
      ScoredSet(SyntheticSets.logits(noise: 0, model: "b")),
    ])
    let accuracy = try #require(report.pairs.first { $0.metric == "accuracy" })
    #expect(accuracy.adjustedPValue > 0.05)
  }
}
