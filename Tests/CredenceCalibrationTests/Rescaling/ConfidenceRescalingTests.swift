import CredenceCalibration
import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

/// Confidences on a few levels or continuous, and correctness that follows them loosely.
private func samples(_ count: Int, levels: Int, seed: UInt64) -> (
  confidences: [Double], isCorrect: [Bool]
) {
  var random = RandomSource(seed: seed)
  let confidences = (0..<count).map { _ in
    levels == 0
      ? random.uniform() : (random.uniform() * Double(levels)).rounded() / Double(levels)
  }
  return (confidences, confidences.map { random.uniform() < $0 * $0 })
}

@Suite struct IsotonicRegressionTests {
  /// The largest minimum of means: the textbook formula, in cubic time.
  private func slowValue(
    at position: Int, _ points: [(confidence: Double, count: Double, correct: Double)]
  ) -> Double {
    (0...position).map { first in
      (position..<points.count).map { last in
        let part = points[first...last]
        return part.reduce(0) { $0 + $1.correct } / part.reduce(0) { $0 + $1.count }
      }.min() ?? 0
    }.max() ?? 0
  }

  @Test(arguments: [0, 5, 20], 0..<4 as Range<UInt64>)
  func `agrees with the min-max formula and never falls`(levels: Int, seed: UInt64) throws {
    let (confidences, isCorrect) = samples(60, levels: levels, seed: seed)
    let regression = IsotonicRegression(
      try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect))
    let points = Set(confidences).sorted().map { confidence in
      let rows = confidences.indices.filter { confidences[$0] == confidence }
      return (confidence, Double(rows.count), Double(rows.count { isCorrect[$0] }))
    }
    for (position, point) in points.enumerated() {
      let expected = slowValue(at: position, points)
      #expect(abs(regression.calibrated(point.0) - expected) < 1e-12)
    }
    let curve = (0...100).map { regression.calibrated(Double($0) / 100) }
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func `one confidence gives one value everywhere`() throws {
    let regression = IsotonicRegression(
      try ScoredOutcomes(confidences: [0.7, 0.7, 0.7], isCorrect: [true, false, true]))
    for confidence in [0, 0.7, 1] {
      #expect(abs(regression.calibrated(confidence) - 2.0 / 3) < 1e-15)
    }
  }

  @Test func `does not depend on the order of samples`() throws {
    let (confidences, isCorrect) = samples(200, levels: 30, seed: 3)
    var random = RandomSource(seed: 8)
    let order = confidences.indices.shuffled(using: &random)
    #expect(
      IsotonicRegression(try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect))
        == IsotonicRegression(
          try ScoredOutcomes(
            confidences: order.map { confidences[$0] }, isCorrect: order.map { isCorrect[$0] })))
  }
}

@Suite struct HistogramBinningTests {
  @Test(arguments: Binning.allCases) func `each bin stands for its accuracy`(binning: Binning)
    throws
  {
    let (confidences, isCorrect) = samples(500, levels: 0, seed: 2)
    let outcomes = try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
    let histogram = try HistogramBinning(outcomes, binCount: 10, binning: binning)
    #expect(histogram.values.count == 10)
    for bin in 0..<10 {
      let rows = confidences.indices.filter {
        confidences[$0] <= histogram.edges[bin + 1]
          && (confidences[$0] > histogram.edges[bin] || bin == 0)
      }
      if binning == .equalMass { #expect(rows.count == 50) }
      let accuracy = Double(rows.count { isCorrect[$0] }) / Double(rows.count)
      #expect(abs(histogram.values[bin] - accuracy) < 1e-12)
      for row in rows { #expect(histogram.calibrated(confidences[row]) == histogram.values[bin]) }
    }
  }

  @Test func `an empty bin stands for its center`() throws {
    let histogram = try HistogramBinning(
      ScoredOutcomes(confidences: [0.9, 0.95], isCorrect: [true, false]), binCount: 4,
      binning: .equalWidth)
    #expect(histogram.values == [0.125, 0.375, 0.625, 0.5])
    #expect(histogram.calibrated(0) == 0.125 && histogram.calibrated(1) == 0.5)
  }

  @Test func `equal confidences stay in one bin of equal mass`() throws {
    let histogram = try HistogramBinning(
      ScoredOutcomes(
        confidences: [0.5, 0.5, 0.5, 0.5, 0.9], isCorrect: [true, false, false, false, true]),
      binCount: 5, binning: .equalMass)
    #expect(histogram.edges == [0, 0.7, 1] && histogram.values == [0.25, 1])
  }

  @Test func `refuses less than one bin`() throws {
    let outcomes = try ScoredOutcomes(confidences: [0.9], isCorrect: [true])
    #expect(
      throws: CalibrationError.invalidSetting(
        name: "bins", value: 0, allowed: "from 1 to 1000000")
    ) { try HistogramBinning(outcomes, binCount: 0, binning: .equalWidth) }
  }
}

@Suite struct BBQTests {
  @Test func `weights follow the published score`() throws {
    let (confidences, isCorrect) = samples(27, levels: 0, seed: 5)
    let bbq = BBQ(try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect))
    func score(_ member: BBQ.Member) -> Double {
      let bins = member.edges.count - 1
      return (0..<bins).reduce(1.0) { product, bin in
        let rows = confidences.indices.filter {
          confidences[$0] <= member.edges[bin + 1] && confidences[$0] > member.edges[bin]
        }
        let hits = Double(rows.count { isCorrect[$0] })
        let all = Double(rows.count)
        let middle = (member.edges[bin] + member.edges[bin + 1]) / 2
        let prior = 2 / Double(bins)
        return product * tgamma(prior) / tgamma(all + prior)
          * tgamma(hits + prior * middle) / tgamma(prior * middle)
          * tgamma(all - hits + prior * (1 - middle)) / tgamma(prior * (1 - middle))
      }
    }
    let scores = bbq.members.map(score)
    let total = scores.reduce(0, +)
    #expect(bbq.members.count > 3)
    for (member, score) in zip(bbq.members, scores) {
      #expect(abs(member.weight - score / total) < 1e-9)
    }
  }

  @Test func `approaches the true accuracy`() throws {
    let (confidences, isCorrect) = samples(20_000, levels: 0, seed: 6)
    let bbq = BBQ(try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect))
    for confidence in [0.2, 0.5, 0.8] {
      #expect(abs(bbq.calibrated(confidence) - confidence * confidence) < 0.06)
    }
  }

  @Test func `one sample and one confidence work`() throws {
    for outcomes in [
      try ScoredOutcomes(confidences: [0.4], isCorrect: [false]),
      try ScoredOutcomes(confidences: [1.0, 1, 1], isCorrect: [true, true, false]),
    ] {
      let value = BBQ(outcomes).calibrated(0.4)
      #expect(value > 0 && value < 1)
    }
  }
}

@Suite struct BetaCalibrationTests {
  /// Every confidence stands for many samples with the accuracy that the formula gives.
  private func outcomes(a: Double, b: Double, d: Double) throws -> ScoredOutcomes {
    var confidences: [Double] = []
    var isCorrect: [Bool] = []
    for step in 1..<40 {
      let confidence = Double(step) / 40
      let logit = a * log(confidence) - b * log(1 - confidence) + d
      let hits = Int((2_000 / (1 + exp(-logit))).rounded())
      confidences += [Double](repeating: confidence, count: 2_000)
      isCorrect += (0..<2_000).map { $0 < hits }
    }
    return try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
  }

  @Test func `finds the numbers behind the outcomes`() throws {
    let beta = try BetaCalibration(outcomes(a: 0.7, b: 1.4, d: -0.3))
    #expect(abs(beta.a - 0.7) < 0.01 && abs(beta.b - 1.4) < 0.01 && abs(beta.d + 0.3) < 0.01)
  }

  @Test func `factors never become negative`() throws {
    let beta = try BetaCalibration(outcomes(a: -0.5, b: 1, d: 0))
    #expect(beta.a == 0 && beta.b > 0)
    let falling = try BetaCalibration(outcomes(a: -1, b: -1, d: 0.5))
    #expect(falling.a == 0 && falling.b == 0)
  }

  @Test func `confidences of exactly 0 and 1 are finite`() throws {
    let beta = try BetaCalibration(
      ScoredOutcomes(confidences: [0.0, 1, 1, 0.5], isCorrect: [false, true, false, true]))
    for confidence in [0.0, 0.5, 1] {
      #expect((0...1).contains(beta.calibrated(confidence)))
    }
  }
}

@Suite struct ConfidenceRescalingTests {
  @Test(arguments: ["isotonic", "histogram", "bbq", "beta"])
  func `works on stored decisions and keeps them`(id: String) throws {
    var random = RandomSource(seed: 1)
    let full = try random.calibratedSet(samples: 500, classes: 4, temperature: 3)
    let top = try TopLabels(full)
    let set = try PredictionSet(
      .decisions(Decisions(predictions: top.labels, confidences: top.confidences)),
      labels: full.labels)
    let policy = try Policy.fit(.named(id), on: set)
    #expect(policy.input == .topLabel)
    let applied = try policy.apply(to: set)
    let after = try TopLabels(applied.set)
    #expect(after.labels == top.labels)
    let accuracy = try #require(applied.summary["accuracy"])
    let confidence = try #require(applied.summary["mean_confidence"])
    #expect(abs(accuracy - confidence) < 0.05)
    #expect(abs(accuracy - applied.summary["mean_confidence_before", default: 0]) > 0.1)
  }

  @Test(arguments: ["isotonic", "histogram", "bbq", "beta"])
  func `refuses scores of another kind`(id: String) throws {
    let set = try PredictionSet(.scores(Matrix(rows: [[5, 1]])), labels: [0])
    #expect {
      try Policy.fit(.named(id), on: set)
    } throws: { error in
      if case CalibrationError.unavailable = error { true } else { false }
    }
  }
}
