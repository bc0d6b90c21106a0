import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import CredenceUncertainty
import Foundation
import Testing

@Suite struct DetectionEvaluatorTests {
  /// Two classes; a larger `scale` makes a surer classifier.
  private func source(_ file: String, scale: Float, labels: [Int32]? = nil) throws
    -> DetectionSource
  {
    let rows = (0..<40).map { row -> [Float] in
      let strength = scale * (1 + Float(row % 7) / 7)
      return row % 2 == 0 ? [strength, 0] : [0, strength]
    }
    return DetectionSource(
      try PredictionSet(.logits(Matrix(rows: rows)), labels: labels), file: file)
  }

  private func members() throws -> [DetectionMember] {
    let labels = (0..<40).map { Int32($0 % 2) }
    return [
      DetectionMember(try source("id.npz", scale: 4, labels: labels), role: .inDistribution),
      DetectionMember(try source("a.npz", scale: 3), role: .outliers, group: "near"),
      DetectionMember(try source("b.npz", scale: 1), role: .outliers, group: "near"),
      DetectionMember(try source("c.npz", scale: 0.5), role: .outliers, group: "far"),
    ]
  }

  private func evaluator(_ ids: [String]) -> DetectionEvaluator {
    var evaluator = DetectionEvaluator(requests: ids.map { DetectionRequest($0) })
    evaluator.bootstrap.replicates = 20
    return evaluator
  }

  @Test func `rows, means over groups and intervals agree with the metrics`() throws {
    let report = try evaluator(["energy", "knn"]).report(members())
    #expect(report.entries.map(\.row.dataset) == ["a", "b", "c"])
    #expect(report.methods.map(\.unavailable) == ["", "‘id.npz’ has no embeddings"])
    #expect(report.inputs[0].accuracy == 1)
    let scores = try members().map { member in
      (0..<40).map { row in
        let z = member.source.set.scoreMatrix?.row(row) ?? []
        return -Foundation.log(z.reduce(0) { $0 + Foundation.exp($1) })
      }
    }
    for (index, entry) in report.entries.enumerated() {
      let outcomes = try ScoredOutcomes(inliers: scores[0], outliers: scores[index + 1])
      for metric in DetectionMetric.all {
        let expected = try metric.descriptor.make().value(for: outcomes)
        #expect(entry.row.metrics[metric.id] == expected, "\(metric.id)")
      }
      for metric in DetectionMetric.all {
        let interval = try #require(entry.row.intervals[metric.id])
        #expect(interval[0] <= interval[1], "\(metric.id)")
      }
      #expect(entry.roc.count >= 2 && !entry.histogram.isEmpty)
    }
    let near = try #require(report.groupRows.first { $0.dataset == "near" })
    let areas = report.entries.prefix(2).compactMap { $0.row.metrics["auroc"] }
    #expect(near.metrics["auroc"] == (areas[0] + areas[1]) / 2)
    #expect(near.split == "mean" && near.samples == 160)
    let bounds = try DetectionBootstrap(replicates: 20, seed: 1).run(
      [DetectionBootstrap.Scores(inliers: scores[0], outliers: Array(scores[1...]))],
      groups: [[0, 1]])
    for metric in DetectionMetric.all {
      #expect(near.intervals[metric.id] == bounds[0].groups[0][metric.id]?.bounds, "\(metric.id)")
    }
  }

  @Test func `parameters are those with the largest AUROC on the validation sets`() throws {
    var members = try members()
    members.append(
      DetectionMember(try source("val.npz", scale: 4), role: .validation))
    members.append(
      DetectionMember(try source("val-ood.npz", scale: 2), role: .validationOutliers))
    let report = try evaluator(["gen"]).report(members)
    #expect(report.methods[0].candidateCount == 42)
    let area = try #require(report.methods[0].validationAUROC)
    var best = -1.0
    for settings in DetectionDescriptor.gen.grid() {
      let values = try [4, 2].map { scale in
        let source = try source("x", scale: Float(scale))
        let scorer = try DetectionScorer(
          [DetectionChoice(.gen, settings: settings)],
          training: DetectionTraining(training: nil), scoring: [source])
        return try scorer.uncertainties(of: source)[0].get()
      }
      let outcomes = try ScoredOutcomes(inliers: values[0], outliers: values[1])
      best = max(best, try AUROC().value(for: outcomes))
    }
    #expect(area == best)
    // What the user fixes is not chosen.
    var fixed = evaluator(["gen"])
    fixed.requests[0].settings = ["gamma": 0.5, "M": 2]
    let parameters = try fixed.report(members).methods[0]
    #expect(parameters.parameters == ["gamma": 0.5, "M": 2])
    #expect(parameters.validationAUROC == nil)
  }

  @Test func `the temperature of energy is chosen, too`() throws {
    var members = try members()
    members.append(DetectionMember(try source("val.npz", scale: 4), role: .validation))
    members.append(
      DetectionMember(try source("val-ood.npz", scale: 2), role: .validationOutliers))
    let method = try evaluator(["energy"]).report(members).methods[0]
    #expect(method.candidateCount == 4 && method.validationAUROC != nil)
    let temperature = try #require(method.parameters["temperature"])
    #expect([1, 10, 100, 1000].contains(temperature))
  }

  @Test func `labeled in-distribution sets are scored on request`() throws {
    var evaluator = evaluator(["energy"])
    #expect(try evaluator.report(members()).scores == nil)
    var settings = ScoreSettings()
    settings.bootstrap.replicates = 20
    evaluator.scoring = settings
    let scores = try #require(try evaluator.report(members()).scores)
    let set = try members()[0].source.set
    let expected = try Scorer(settings: settings).score(ScoredSet(set, file: "id.npz"))
    #expect(scores.entries.map(\.row.metrics) == expected.entries.map(\.row.metrics))
    #expect(scores.entries.map(\.row.dataset) == ["id", "id"])
    let unlabeled = DetectionMember(try source("id.npz", scale: 4), role: .inDistribution)
    #expect(try evaluator.report([unlabeled, members()[1]]).scores == nil)
  }

  @Test func `sets of other networks are refused, whatever methods are asked for`() throws {
    var members = try members()
    let wide = try PredictionSet(.logits(Matrix(rows: [[1, 2, 3], [3, 2, 1]])))
    members.append(DetectionMember(DetectionSource(wide, file: "wide.npz"), role: .outliers))
    #expect(
      throws: DetectionError.differentSizes(
        what: "classes", file: "wide.npz", count: 3, other: "id.npz", otherCount: 2)
    ) { try evaluator(["msp"]).report(members) }
    func embedded(_ file: String, _ width: Int) throws -> DetectionSource {
      DetectionSource(
        try PredictionSet(
          .logits(Matrix(rows: [[1, 2], [2, 1]])),
          embeddings: Matrix(rows: [
            [Float](repeating: 1, count: width), [Float](repeating: 2, count: width),
          ])),
        file: file)
    }
    #expect(
      throws: DetectionError.differentSizes(
        what: "features", file: "b", count: 5, other: "a", otherCount: 4)
    ) {
      try evaluator(["gradnorm"]).report([
        DetectionMember(embedded("a", 4), role: .inDistribution),
        DetectionMember(embedded("b", 5), role: .outliers),
      ])
    }
  }

  @Test func `equal predictions and tiny sets are warned of`() throws {
    let copy = DetectionMember(try source("copy.npz", scale: 4), role: .outliers)
    let one = try PredictionSet(.logits(Matrix(rows: [[0.5, 0]])))
    let single = DetectionMember(DetectionSource(one, file: "one.npz"), role: .outliers)
    var evaluator = evaluator(["msp"])
    evaluator.bootstrap.replicates = 10
    let report = try evaluator.report([members()[0], copy, single])
    #expect(
      report.warnings == [
        "‘id.npz’ and ‘copy.npz’ hold the same predictions, but one is given as in-distribution set "
          + "(--id), the other as outlier set (--ood).",
        "‘one.npz’ has only 1 of the 20 samples that it takes to measure 95 % of them.",
      ])
    #expect(report.entries[0].row.metrics["auroc"] == 0.5)
    #expect(report.entries[1].row.metrics["auroc"] == 1)
    #expect(report.entries[1].row.intervals["auroc"] == [1, 1])
  }

  @Test func `outlier sets of one name are told apart`() throws {
    let names = ["a", "a", "a (2)", "a"]
    let sets = try names.enumerated().map { index, name in
      DetectionMember(
        try source("\(index).npz", scale: 1 + Float(index)), role: .outliers, name: name)
    }
    let report = try evaluator(["msp"]).report([members()[0]] + sets)
    #expect(report.entries.map(\.row.dataset) == ["a", "a (2)", "a (2) (2)", "a (3)"])
  }

  @Test func `a file may be given twice with lists that share no sample`() throws {
    func part(_ rows: Range<Int>, _ list: String, _ role: DetectionInput.Role) throws
      -> DetectionMember
    {
      var set = try source("all.npz", scale: 2).set
      set.sampleIDs = try SampleIDs((0..<40).map { "\($0).png" })
      return DetectionMember(
        DetectionSource(try set.selecting(rows: Array(rows)), file: "all.npz@\(list)"), role: role,
        list: list)
    }
    let report = try evaluator(["msp"]).report([
      members()[0], part(0..<20, "x.txt", .outliers), part(20..<40, "y.txt", .outliers),
    ])
    #expect(report.entries.count == 2)
    #expect(
      throws: DetectionError.sameFile(
        file: "all.npz", first: "outlier set (--ood)", second: "outlier set (--ood)")
    ) {
      try evaluator(["msp"]).report([
        members()[0], part(0..<21, "x.txt", .outliers), part(20..<40, "y.txt", .outliers),
      ])
    }
  }

  @Test func `covariate-shifted sets are inliers`() throws {
    var members = try members()
    let labels = (0..<40).map { _ in Int32(0) }
    members.append(
      DetectionMember(
        try source("shifted.npz", scale: 2, labels: labels), role: .covariateShifted))
    let plain = try evaluator(["msp"]).report(self.members())
    let full = try evaluator(["msp"]).report(members)
    #expect(full.entries[0].row.samples == plain.entries[0].row.samples + 40)
    #expect(
      (full.entries[0].row.metrics["auroc"] ?? 1) < (plain.entries[0].row.metrics["auroc"] ?? 0))
  }

  @Test func `sets that exclude each other are refused`() throws {
    let members = try members()
    #expect(
      throws: DetectionError.sameFile(
        file: "a.npz", first: "outlier set (--ood)", second: "outlier set (--ood)")
    ) { try evaluator(["msp"]).report(members + [members[1]]) }
    #expect(throws: EvaluationError.self) { try evaluator(["msp"]).report([members[0]]) }
    #expect(throws: EvaluationError.self) { try evaluator(["msp"]).report([members[1]]) }
    let validation = DetectionMember(try source("v", scale: 1), role: .validationOutliers)
    #expect(throws: EvaluationError.self) {
      try evaluator(["msp"]).report(members + [validation])
    }
    #expect(throws: DetectionError.self) { try evaluator(["nothing"]).report(members) }
  }

  @Test func `uncertainties can be kept`() throws {
    var kept: [String: [String]] = [:]
    var evaluator = evaluator(["msp", "odin"])
    evaluator.keep = { member, scores in kept[member.name] = scores.map(\.id) }
    _ = try evaluator.report(members())
    #expect(kept == ["id": ["msp"], "a": ["msp"], "b": ["msp"], "c": ["msp"]])
  }
}
