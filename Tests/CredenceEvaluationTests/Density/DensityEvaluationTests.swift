import CredenceEvaluation
import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct DensityEvaluationTests {
  /// Two classes on two features; logits are the features times 3, rounded so that there are ties.
  private static func set(
    _ count: Int, center: Double, name: String, seed: UInt64, isLabeled: Bool = true
  ) throws -> PredictionSet {
    var generator = SplitMix64(seed: seed)
    func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
    var embeddings: [Float] = []
    var logits: [Float] = []
    var labels: [Int32] = []
    for row in 0..<count {
      let label = row % 2
      let x = (uniform() + uniform() - 1) * 1.6 + (label == 0 ? 1 : -1) * (isLabeled ? 1 : 0)
      let y = (uniform() - 0.5) + center
      embeddings += [Float(x), Float(y)]
      logits += [Float((3 * x * 4).rounded() / 4), 0]
      labels.append(Int32(label))
    }
    var metadata = PredictionMetadata()
    metadata.dataset = name
    return try PredictionSet(
      .logits(Matrix(logits, columnCount: 2)), labels: isLabeled ? labels : nil,
      embeddings: Matrix(embeddings, columnCount: 2), metadata: metadata)
  }

  private static func outputs() throws -> DensityEvaluation.Outputs {
    let validation = try set(100, center: 0, name: "train", seed: 2)
    return DensityEvaluation.Outputs(
      training: try set(200, center: 0, name: "train", seed: 1),
      validation: [(validation, Array(50..<100))],
      test: [try set(150, center: 0, name: "test", seed: 3)],
      outliers: [
        ("far", [try set(80, center: 9, name: "far", seed: 4, isLabeled: false)]),
        ("near", [try set(60, center: 0.2, name: "near", seed: 5, isLabeled: false)]),
      ])
  }

  private static func metrics(
    _ inliers: [Double], _ outliers: [Double]
  ) throws -> (auroc: Double, success: Double, error: Double) {
    let outcomes = try ScoredOutcomes(
      confidences: (inliers + outliers).map { -$0 },
      isCorrect: inliers.map { _ in true } + outliers.map { _ in false })
    return (
      try AUROC().value(for: outcomes), try AUPRSuccess().value(for: outcomes),
      try AUPRError().value(for: outcomes)
    )
  }

  @Test func `energy and entropy of one network have the published orientations`() throws {
    let outputs = try Self.outputs()
    let run = try DensityEvaluation().run(3, outputs)
    #expect(run.number == 3)
    #expect(run.outliers.map(\.name) == ["far", "near"])
    let near = try #require(run.outliers.last)
    #expect(near.sampleCount == 60)
    func rows(_ set: PredictionSet, temperature: Double = 1) throws -> ConfidenceFunction.Rows {
      let matrix = try #require(set.scoreMatrix)
      return try ConfidenceFunction.rows(
        [.energy(), .negativeEntropy], of: matrix, temperature: temperature)
    }
    for (prefix, temperature) in [("", 1.0), ("t_", run.temperatures[0])] {
      let inside = try rows(outputs.test[0], temperature: temperature)
      let outside = try rows(outputs.outliers[1].sets[0], temperature: temperature)
      for (index, key) in ["m1", "m2"].enumerated() {
        let expected = try Self.metrics(
          inside.confidences[index].map { -$0 }, outside.confidences[index].map { -$0 })
        #expect(near.values["\(prefix)\(key)_auroc"] == expected.auroc)
        // The first counts known samples as positive, the second foreign ones.
        #expect(
          near.values["\(prefix)\(key)_auprc"] == (index == 0 ? expected.success : expected.error))
        #expect(near.values["\(prefix)\(key)_auprc_in"] == expected.success)
        #expect(near.values["\(prefix)\(key)_auprc_out"] == expected.error)
      }
    }
    let labels = outputs.test[0].labels ?? []
    let predictions = try rows(outputs.test[0]).predictions
    let right = zip(labels, predictions).count { $0 == $1 }
    #expect(near.values["accuracy"] == Double(right) / 150)
    #expect((near.values["t_ece"] ?? 1) < 0.2)
  }

  @Test func `the density of features tells far outliers apart that logits take for known`() throws
  {
    var settings = DensityEvaluation.Settings()
    settings.modelType = .gmm
    let run = try DensityEvaluation(settings).run(1, try Self.outputs())
    let far = run.outliers[0].values
    #expect((far["m1_auroc"] ?? 0) > 0.99)
    #expect((far["softmax_entropy_auroc"] ?? 1) < 0.9)
    #expect(far["t_m1_auroc"] == far["m1_auroc"])
    #expect(far["t_m2_auprc"] == far["m2_auprc"])
    #expect(
      run.inlierDoubts.keys.sorted() == ["density_entropy", "log_density", "softmax_entropy"])
    #expect(run.outliers[0].doubts["log_density"]?.count == 80)
  }

  @Test func `equal members have no mutual information`() throws {
    var outputs = try Self.outputs()
    outputs.validation += outputs.validation
    outputs.test += outputs.test
    outputs.outliers = outputs.outliers.map { ($0.name, $0.sets + $0.sets) }
    var settings = DensityEvaluation.Settings()
    settings.modelType = .ensemble
    let run = try DensityEvaluation(settings).run(1, outputs)
    let single = try DensityEvaluation().run(1, try Self.outputs())
    for (ensemble, alone) in zip(run.outliers, single.outliers) {
      #expect(ensemble.values["m1_auroc"] == 0.5)
      let (both, one) = (ensemble.values["m2_auroc"], alone.values["m2_auroc"])
      #expect(abs((both ?? 0) - (one ?? 1)) < 1e-9)
      #expect(ensemble.values["accuracy"] == alone.values["accuracy"])
    }
    #expect(run.temperatures.count == 2)
  }

  @Test func `the published settings search a grid`() throws {
    let run = try DensityEvaluation(.published(.gmm)).run(1, try Self.outputs())
    let temperature = try #require(run.temperatures.first)
    #expect(abs(temperature * 10 - (temperature * 10).rounded()) < 1e-9)
    #expect(run.jitter == 0)
  }

  @Test func `what is missing is named`() throws {
    var settings = DensityEvaluation.Settings()
    settings.modelType = .gmm
    var outputs = try Self.outputs()
    outputs.training = nil
    #expect(
      throws: PredictionError.missing(
        what: "features of training samples",
        reason: "A density is fitted to the features and labels of training samples.")
    ) { try DensityEvaluation(settings).run(1, outputs) }
    outputs = try Self.outputs()
    outputs.outliers[0].sets[0].embeddings = nil
    #expect(throws: PredictionError.self) { try DensityEvaluation(settings).run(1, outputs) }
    outputs = try Self.outputs()
    outputs.outliers[1].sets[0].output = try .logits(
      Matrix([Float](repeating: 0, count: 180), columnCount: 3))
    #expect(
      throws: EvaluationError.invalidSetting(
        name: "The number of classes of ‘near’", value: "3",
        allowed: "2, that of the test samples, with logits")
    ) { try DensityEvaluation().run(1, outputs) }
    outputs = try Self.outputs()
    outputs.test[0].labels = nil
    #expect(throws: EvaluationError.noLabels(file: "test")) {
      try DensityEvaluation().run(1, outputs)
    }
  }

  @Test func `errors over runs are standard errors`() throws {
    let summary = DensityReport.Summary([1, 2, 3, 6])
    #expect(summary.mean == 3)
    // Unbiased variance 14/3, divided by 4 runs.
    #expect(abs((summary.standardError ?? 0) - (14.0 / 12).squareRoot()) < 1e-15)
    #expect(DensityReport.Summary([0.5]).standardError == nil)
  }
}
