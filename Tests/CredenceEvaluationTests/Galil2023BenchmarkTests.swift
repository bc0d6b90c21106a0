import CredenceCalibration
import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import Foundation
import GoldenSupport
import Testing

@Suite struct Galil2023BenchmarkTests {
  @Test func `the row has the published columns, computed on the published parts`() throws {
    let set = try SyntheticSets.logits(count: 900)
    var benchmark = Galil2023Benchmark(validation: .first(count: 300))
    let row = try benchmark.row(ScoredSet(set))
    #expect(Set(row.values.keys).subtracting(Galil2023CSV.headers) == ["Accuracy_TS"])
    #expect(row.lines.count == 3)
    #expect(row.lines[1].hasPrefix("Optimal temperature: "))
    let outcomes = try ProbabilisticOutcomes(set)
    let metrics = try Galil2023Metrics(
      confidences: (outcomes.confidences["msp"] ?? []).map { Float($0) },
      isCorrect: outcomes.isCorrect)
    #expect(row.values["AUROC"] == .double(metrics.auroc))
  }

  @Test func `a model's split depends on its place in the list, as published`() throws {
    let set = ScoredSet(try SyntheticSets.logits(count: 900))
    var benchmark = Galil2023Benchmark(validation: .stratified(count: 200))
    let first = try benchmark.row(set)
    let second = try benchmark.row(set)
    #expect(first.values["AUROC"] == second.values["AUROC"])
    #expect(first.values["AUROC_TS"] != second.values["AUROC_TS"])
    var again = Galil2023Benchmark(validation: .stratified(count: 200))
    #expect(try again.row(set).values == first.values)
  }

  @Test func `200 samples are too few, as published`() throws {
    var benchmark = Galil2023Benchmark(validation: .first(count: 50))
    #expect(throws: MetricError.self) {
      try benchmark.row(ScoredSet(SyntheticSets.logits(count: 200)))
    }
  }

  @Test func `decisions have no temperature`() throws {
    let decisions = Decisions(
      predictions: (0..<300).map { Int32($0 % 3) },
      confidences: (0..<300).map { Double($0) / 300 })
    let set = try PredictionSet(
      .decisions(decisions), labels: (0..<300).map { Int32($0 % 2) })
    var benchmark = Galil2023Benchmark()
    let row = try benchmark.row(ScoredSet(set, file: "d.csv"))
    #expect(row.values["AUROC_TS"] == nil)
    #expect(row.warnings.count == 1)
  }
}
