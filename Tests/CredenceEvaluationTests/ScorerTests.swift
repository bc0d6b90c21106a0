import CredenceCalibration
import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct ScorerTests {
  private func settings(_ change: (inout ScoreSettings) -> Void = { _ in }) -> ScoreSettings {
    var settings = ScoreSettings()
    settings.bootstrap.replicates = 100
    change(&settings)
    return settings
  }

  @Test func `a set gives a row before and a row after the temperature, on the same samples`()
    throws
  {
    let report = try Scorer(settings: settings()).report([ScoredSet(SyntheticSets.logits())])
    let rows = report.entries.map(\.row)
    #expect(rows.map(\.rescaling) == ["none", "temperature"])
    #expect(rows.map(\.samples) == [600, 600])
    #expect(rows[0].metrics["accuracy"] == rows[1].metrics["accuracy"])
    let temperature = try #require(rows[1].parameters["temperature"])
    #expect(abs(temperature - 2) < 0.4)
    #expect(try #require(rows[1].metrics["nll"]) < #require(rows[0].metrics["nll"]))
    #expect(try #require(rows[1].metrics["ece"]) < #require(rows[0].metrics["ece"]))
  }

  @Test func `every metric of a row is a number, or says why it is none`() throws {
    let scorer = Scorer(settings: settings())
    let report = try scorer.report([ScoredSet(SyntheticSets.logits())])
    for entry in report.entries {
      for column in report.columns {
        let value = entry.row.metrics[column.id]
        #expect((value == nil) != (entry.row.unavailable[column.id] == nil), "\(column.id)")
        #expect(value?.isFinite ?? true)
        #expect(entry.row.definitions[column.id]?.isEmpty == false)
      }
    }
  }

  @Test func `metrics before the temperature do not depend on the order of rows`() throws {
    let set = try SyntheticSets.logits()
    var generator = SplitMix64(seed: 9)
    let shuffled = try SyntheticSets.reordered(set, Array(0..<600).shuffled(using: &generator))
    let options = settings {
      $0.temperature = .off
      $0.bootstrap.replicates = 0
    }
    let first = try Scorer(settings: options).report([ScoredSet(set)]).entries[0].row.metrics
    let second = try Scorer(settings: options).report([ScoredSet(shuffled)]).entries[0].row.metrics
    for (id, value) in first {
      #expect(abs(value - (second[id] ?? .nan)) <= 1e-12, "\(id)")
    }
  }

  @Test func `a held-out part fits the temperature and is not scored`() throws {
    let set = try SyntheticSets.logits()
    for (temperature, fitted) in [
      (TemperatureProtocol.first(count: 200), 200), (.heldOut(count: 150), 150),
    ] {
      let report = try Scorer(settings: settings { $0.temperature = temperature })
        .report([ScoredSet(set)])
      #expect(report.entries.map(\.row.samples) == [600 - fitted, 600 - fitted])
      #expect(report.entries[1].row.parameters["validation_samples"] == Double(fitted))
    }
    let first = try Scorer(settings: settings { $0.temperature = .first(count: 200) })
      .report([ScoredSet(set)])
    let expected = try TemperatureScaling.fit(set, rows: Array(0..<200)).temperature
    #expect(first.entries[1].row.parameters["temperature"] == expected)
  }

  @Test func `holding out everything is an error`() throws {
    let set = try SyntheticSets.logits(count: 30)
    #expect(throws: EvaluationError.validationTooLarge(validation: 30, samples: 30)) {
      try Scorer(settings: settings { $0.temperature = .first(count: 30) }).report([ScoredSet(set)])
    }
  }

  @Test func `decisions are scored by what they allow`() throws {
    let set = try PredictionSet(
      .decisions(Decisions(predictions: [0, 1, 1, 2], confidences: [0.9, 0.8, 0.4, 0.6])),
      labels: [0, 1, 0, 2])
    let report = try Scorer(settings: settings()).report([ScoredSet(set)])
    #expect(report.entries.count == 1)
    let row = report.entries[0].row
    #expect(row.metrics["auroc"] == 1)
    #expect(row.metrics["ece"] != nil)
    #expect(
      row.unavailable["nll"]
        == "the file holds decisions and confidences, not probabilities of all classes")
  }

  @Test func `scores of another kind are ranked but not calibrated`() throws {
    let set = try PredictionSet(
      .scores(Matrix(rows: [[5, 2], [1, 9], [3, 2], [0.1, 0.2]])), labels: [0, 1, 1, 1])
    let row = try Scorer(settings: settings()).report([ScoredSet(set)]).entries[0].row
    #expect(row.metrics["accuracy"] == 0.75)
    #expect(row.metrics["auroc"] != nil)
    #expect(row.metrics["ece"] == nil)
  }

  @Test func `a stored uncertainty is a confidence with its sign turned`() throws {
    var set = try SyntheticSets.logits(count: 200)
    let outcomes = try ProbabilisticOutcomes(set)
    set.uncertainties["doubt"] = (outcomes.confidences["msp"] ?? []).map { 1 - $0 }
    let report = try Scorer(
      settings: settings {
        $0.confidences = ["msp", "uncertainty.doubt"]
        $0.temperature = .off
      }
    ).report([ScoredSet(set)])
    let rows = report.entries.map(\.row)
    #expect(rows.map(\.confidence) == ["msp", "uncertainty.doubt"])
    #expect(rows[0].metrics["auroc"] == rows[1].metrics["auroc"])
    #expect(rows[1].metrics["ece"] == nil)
  }

  @Test func `unlabeled samples are left out and counted`() throws {
    var set = try SyntheticSets.logits(count: 100)
    set.labels?[3] = -1
    set.labels?[50] = -1
    let report = try Scorer(settings: settings()).report([ScoredSet(set)])
    #expect(report.entries[0].row.samples == 98)
    #expect(report.warnings.contains("2 of 100 samples have no label and are left out."))
  }

  @Test func `all right, all wrong and a single sample are described, not guessed`() throws {
    let options = settings()
    let right = try PredictionSet(.logits(Matrix(rows: [[3, 1], [0, 2]])), labels: [0, 1])
    let wrong = try PredictionSet(.logits(Matrix(rows: [[3, 1], [0, 2]])), labels: [1, 0])
    let single = try PredictionSet(.logits(Matrix(rows: [[3, 1]])), labels: [0])
    for (set, reason) in [
      (right, "there are no wrong predictions"), (wrong, "there are no correct predictions"),
      (single, "there are no wrong predictions"),
    ] {
      let row = try Scorer(settings: options).report([ScoredSet(set)]).entries[0].row
      #expect(row.metrics["auroc"] == nil)
      #expect(row.unavailable["auroc"] == reason)
    }
    let row = try Scorer(settings: options).report([ScoredSet(right)]).entries[0].row
    #expect(row.metrics["sac_0.99"] == 1)
  }

  @Test func `intervals hold the value and shrink with the level`() throws {
    let set = try SyntheticSets.logits()
    let wide = try Scorer(settings: settings()).report([ScoredSet(set)]).entries[0].row
    let narrow = try Scorer(settings: settings { $0.bootstrap.level = 0.5 })
      .report([ScoredSet(set)]).entries[0].row
    for id in ["accuracy", "auroc", "aurc", "nll", "brier"] {
      let value = try #require(wide.metrics[id])
      let interval = try #require(wide.intervals[id])
      let inner = try #require(narrow.intervals[id])
      #expect(interval[0] <= value && value <= interval[1], "\(id)")
      #expect(inner[1] - inner[0] < interval[1] - interval[0], "\(id)")
    }
    #expect(wide.intervals["ace"] == nil)
  }

  @Test func `costly metrics get intervals on request`() throws {
    let set = try SyntheticSets.logits(count: 150)
    let row = try Scorer(
      settings: settings {
        $0.bootstrap.replicates = 20
        $0.bootstrap.includesCostlyMetrics = true
        $0.temperature = .off
      }
    ).report([ScoredSet(set)]).entries[0].row
    for id in ["ace", "tace_0.001", "ece_classwise", "smooth_ece", "mce"] {
      let interval = try #require(row.intervals[id], "\(id)")
      #expect(interval[0] <= interval[1])
    }
  }

  @Test func `one seed gives one result`() throws {
    let set = ScoredSet(try SyntheticSets.logits())
    let options = settings()
    let first = try Scorer(settings: options).report([set]).entries.map(\.row)
    #expect(try Scorer(settings: options).report([set]).entries.map(\.row) == first)
    let other = try Scorer(settings: settings { $0.seed = 2 }).report([set]).entries.map(\.row)
    #expect(other != first)
  }

  @Test func `unknown names come with what was meant`() throws {
    let set = ScoredSet(try SyntheticSets.logits(count: 50))
    #expect {
      try Scorer(settings: settings { $0.confidences = ["entrpy"] }).report([set])
    } throws: { error in
      (error as? EvaluationError)?.recoverySuggestion == "Did you mean ‘entropy’?"
    }
    #expect {
      try Scorer(settings: settings { $0.requestedMetrics = ["kde_ecc"] }).report([set])
    } throws: { error in
      (error as? EvaluationError)?.recoverySuggestion == "Did you mean ‘kde_ece’?"
    }
  }

  @Test func `a set without labels is refused`() throws {
    let set = try PredictionSet(.logits(Matrix(rows: [[3, 1]])))
    #expect(throws: EvaluationError.noLabels(file: "x.npz")) {
      try Scorer(settings: settings()).report([ScoredSet(set, file: "x.npz")])
    }
  }

  @Test func `curves end where they must`() throws {
    let entry = try Scorer(settings: settings()).report([ScoredSet(SyntheticSets.logits())])
      .entries[0]
    let diagnostics = entry.diagnostics
    let last = try #require(diagnostics.riskCoverage.last)
    #expect(last.coverage == 1)
    #expect(abs(last.risk - (1 - (entry.row.metrics["accuracy"] ?? 0))) < 1e-12)
    #expect(diagnostics.reliability.reduce(0) { $0 + $1.count } == 600)
    #expect(diagnostics.histogram.reduce(0) { $0 + $1.correct + $1.wrong } == 600)
    #expect(diagnostics.classes.reduce(0) { $0 + $1.samples } == 600)
  }
}
