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
      let interval = try #require(entry.row.intervals["auroc"])
      #expect(interval[0] <= interval[1])
      #expect(entry.roc.count >= 2 && !entry.histogram.isEmpty)
    }
    let near = try #require(report.groupRows.first { $0.dataset == "near" })
    let areas = report.entries.prefix(2).compactMap { $0.row.metrics["auroc"] }
    #expect(near.metrics["auroc"] == (areas[0] + areas[1]) / 2)
    #expect(near.split == "mean" && near.samples == 160)
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

@Suite struct DetectionPresetTests {
  @Test func `presets have unique names and known groups`() throws {
    #expect(Set(DetectionPreset.all.map(\.id)).count == 8)
    for preset in DetectionPreset.all {
      #expect(preset.groups.map(\.name) == ["near", "far"])
      #expect(preset.covariateShifted.isEmpty == !preset.id.contains("/fs-"))
      #expect(try DetectionPreset.named(preset.id) == preset)
    }
    #expect(throws: EvaluationError.self) { try DetectionPreset.named("openood/mnist") }
  }

  @Test func `files are found by data set and split, and doubt is refused`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-preset-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in [
      "r18__cifar10__test.safetensors", "r18__cifar10__train.npz", "r18__Tiny-ImageNet__val.npz",
      "r18__tin.npz", "r18__svhn__test.npz", "r50__svhn__test.npz", "notes.txt",
    ] { try Data().write(to: folder.appendingPathComponent(name)) }
    let preset = try DetectionPreset.named("openood/cifar10")
    let files = try DetectionPresetFiles(folder: folder)
    func name(_ dataset: DetectionPreset.DataSet) throws -> String? {
      try files.file(of: dataset)?.lastPathComponent
    }
    #expect(try name(preset.inDistribution) == "r18__cifar10__test.safetensors")
    #expect(try name(preset.training) == "r18__cifar10__train.npz")
    #expect(try name(preset.validation) == nil)
    #expect(try name(preset.validationOutliers) == "r18__Tiny-ImageNet__val.npz")
    #expect(try name(preset.groups[0].datasets[0]) == nil)
    #expect(try name(preset.groups[0].datasets[1]) == "r18__tin.npz")
    #expect(throws: EvaluationError.self) { try name(preset.groups[1].datasets[1]) }
  }

  @Test func `a preset survives its JSON form`() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "credence-preset-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let preset = try DetectionPreset.named("openood/fs-imagenet1k")
    try JSONEncoder().encode(preset).write(to: file)
    #expect(try DetectionPreset.named(file.path) == preset)
  }
}
