import CredenceMetrics
import CredencePredictions
import Foundation
import GoldenSupport
import Testing

/// The arrays and numbers of `scores.json`.
private struct Scores {
  let json: GoldenJSON
  let arrays: Safetensors

  init() throws {
    let golden = GoldenSet("ddu")
    json = try golden.json("scores.json")
    arrays = try Safetensors(golden.data("scores.safetensors"), file: "scores.safetensors")
  }

  func matrix(_ name: String) throws -> Matrix {
    let matrix = try arrays[name]?.matrix()
    return try #require(matrix)
  }

  func doubles(_ name: String) throws -> [Double] { try #require(arrays[name]?.doubles()) }

  /// The parts of an array of three dimensions along one of the first two, as matrices.
  func parts(_ name: String, along dimension: Int) throws -> [Matrix] {
    let shape = try #require(arrays[name]?.shape)
    let values = try doubles(name)
    return try (0..<shape[dimension]).map { part in
      var rows: [Double] = []
      for row in 0..<shape[1 - dimension] {
        let (first, second) = dimension == 0 ? (part, row) : (row, part)
        let start = (first * shape[1] + second) * shape[2]
        rows += values[start..<start + shape[2]]
      }
      return try Matrix(rows, columnCount: shape[2])
    }
  }
}

@Suite struct Mukhoti2023GoldenTests {
  @Test func `scores of logits and members are reproduced`() throws {
    let scores = try Scores()
    let rows = try ConfidenceFunction.rows(
      [.negativeEntropy, .energy(), .msp], of: scores.matrix("logits"))
    for (name, values, sign) in [
      ("entropy", rows.confidences[0], -1.0), ("logsumexp", rows.confidences[1], 1),
      ("confidence", rows.confidences[2], 1),
    ] {
      let expected = try scores.doubles(name)
      #expect(Self.agree(values.map { sign * $0 }, expected, 1e-6), "\(name)")
    }
    let members = try scores.parts("ensemble_probs", along: 0).map { member in
      var scratch: [Double] = []
      let logits = member.withRows(0..<member.rowCount, scratch: &scratch) { rows in
        rows.map { log(max($0, 1e-300)) }
      }
      return try Matrix(logits, columnCount: member.columnCount)
    }
    let ensemble = try EnsembleScores(members)
    #expect(Self.agree(ensemble.meanProbabilities, try scores.doubles("ensemble_mean"), 1e-6))
    #expect(
      Self.agree(ensemble.predictiveEntropies, try scores.doubles("predictive_entropy"), 1e-6))
    #expect(
      Self.agree(ensemble.mutualInformations, try scores.doubles("mutual_information"), 1e-6))
  }

  private static func agree(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance + tolerance * abs($1) }
  }

  @Test func `areas under curves with ties are reproduced`() throws {
    let scores = try Scores()
    var group = GoldenGroup(set: "ddu", name: "scores", file: "scores.json")
    func check(
      _ key: String, inliers: [Double], outliers: [Double], positiveIsOutlier: Bool
    ) throws {
      // Uncertainties of inliers and outliers; a right prediction is an inlier.
      let outcomes = try ScoredOutcomes(
        confidences: (inliers + outliers).map { -$0 },
        isCorrect: inliers.map { _ in true } + outliers.map { _ in false })
      let expected = scores.json[key]
      group.check(
        path: key + ".auroc", expected: expected?["auroc"]?.number ?? .nan,
        actual: try AUROC().value(for: outcomes), tolerance: 1e-12)
      group.check(
        path: key + ".auprc", expected: expected?["auprc"]?.number ?? .nan,
        actual: positiveIsOutlier
          ? try AUPRError().value(for: outcomes) : try AUPRSuccess().value(for: outcomes),
        tolerance: 1e-12)
      if expected?["roc_points"] != nil {
        group.skip(path: key + ".roc_points", reason: "depends on which collinear points are kept")
      }
    }
    let functions: [(String, ConfidenceFunction, Bool)] = [
      ("logsumexp_confidence", .energy(), false), ("entropy_uncertainty", .negativeEntropy, true),
      ("maxprob_confidence", .msp, false),
    ]
    let inside = try ConfidenceFunction.rows(functions.map(\.1), of: scores.matrix("in_logits"))
    let outside = try ConfidenceFunction.rows(functions.map(\.1), of: scores.matrix("ood_logits"))
    for (index, (key, _, positiveIsOutlier)) in functions.enumerated() {
      try check(
        key, inliers: inside.confidences[index].map { -Double(Float($0)) },
        outliers: outside.confidences[index].map { -Double(Float($0)) },
        positiveIsOutlier: positiveIsOutlier)
    }
    let members = try EnsembleScores(scores.parts("ens_in_logits", along: 1))
    let others = try EnsembleScores(scores.parts("ens_ood_logits", along: 1))
    try check(
      "ensemble_mutual_information", inliers: members.mutualInformations,
      outliers: others.mutualInformations, positiveIsOutlier: true)
    try check(
      "ensemble_entropy", inliers: members.predictiveEntropies,
      outliers: others.predictiveEntropies, positiveIsOutlier: true)
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures)")
  }

  @Test func `the dictionary form of the calibration error is reproduced`() throws {
    let scores = try Scores()
    var group = GoldenGroup(set: "ddu", name: "ece", file: "scores.json")
    let logits = try scores.matrix("cal_logits")
    let labels = try #require(scores.arrays["cal_labels"]?.integers()).map { Int32($0) }
    let rows = try ConfidenceFunction.rows([.msp], of: logits)
    let confidences = rows.confidences[0].map { Float($0) }
    let isCorrect = zip(rows.predictions, labels).map { $0 == $1 }
    for (key, value) in scores.json.members where key.hasPrefix("ece_") {
      let form = key.split(separator: "_")
      if form[1] == "loss", let expected = value.number, let bins = Int(form[2]) {
        let outcomes = try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
        group.check(
          path: key, expected: expected, actual: try ECE(binCount: bins).value(for: outcomes),
          tolerance: 2e-6)
      } else if form[2] == "conf", let confidence = Float(form[3]) {
        #expect(value.text == "KeyError")
        let error = #expect(throws: MetricError.self) {
          try Mukhoti2023ECE().value(confidences: [0.5, confidence], isCorrect: [true, true])
        }
        group.check(path: key, expected: true, actual: error != nil)
      } else if let expected = value.number, let bins = Int(form[2]) {
        let found = try Mukhoti2023ECE(binCount: bins).value(
          confidences: confidences, isCorrect: isCorrect)
        group.check(path: key, expected: expected, actual: found, tolerance: 2e-6)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures)")
  }
}
