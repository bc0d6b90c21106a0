import CredenceCalibration
import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct TemperatureScalingTests {
  /// Logits whose labels are drawn from softmax(z / temperature).
  static func synthetic(
    count: Int, classes: Int, temperature: Double, seed: UInt64, scale: Double = 3
  ) throws -> PredictionSet {
    var generator = SplitMix64(seed: seed)
    var logits: [Float] = []
    var labels: [Int32] = []
    for _ in 0..<count {
      let z = (0..<classes).map { _ in Double.random(in: -scale...scale, using: &generator) }
      let e = z.map { exp($0 / temperature) }
      var u = Double.random(in: 0..<1, using: &generator) * e.reduce(0, +)
      let label = e.firstIndex { value in
        u -= value
        return u < 0
      }
      labels.append(Int32(label ?? classes - 1))
      logits += z.map { Float($0) }
    }
    return try PredictionSet(.logits(Matrix(logits, columnCount: classes)), labels: labels)
  }

  @Test(arguments: [(0.3, 7), (1, 10), (2.5, 33), (8, 3)])
  func `recovers the temperature that labels were drawn with`(temperature: Double, classes: Int)
    throws
  {
    let set = try Self.synthetic(count: 20_000, classes: classes, temperature: temperature, seed: 4)
    let fit = try TemperatureScaling.fit(set)
    #expect(abs(fit.temperature / temperature - 1) < 0.08)
    #expect(abs(fit.gradient) < 1e-9)
    #expect(!fit.isAtBound)
  }

  @Test func `the gradient changes sign within the bracket`() throws {
    let set = try Self.synthetic(count: 500, classes: 5, temperature: 1.7, seed: 8)
    let fit = try TemperatureScaling.fit(set)
    let nll = { (temperature: Double) in
      try NLL().value(for: ProbabilisticOutcomes(set, inverseTemperatures: .same(1 / temperature)))
    }
    let best = try nll(fit.temperature)
    #expect(abs(best - fit.nll) < 1e-12)
    #expect(try nll(fit.temperature * 1.001) > best)
    #expect(try nll(fit.temperature * 0.999) > best)
    #expect(fit.bracket[0] <= fit.temperature && fit.temperature <= fit.bracket[1])
  }

  @Test func `large sets, solved by cheap passes first, get the same optimum`() throws {
    let set = try Self.synthetic(count: 6000, classes: 720, temperature: 1.4, seed: 2, scale: 8)
    let fit = try TemperatureScaling.fit(set)
    for factor in [1 - 1e-6, 1 + 1e-6] {
      let other = try NLL().value(
        for: ProbabilisticOutcomes(set, inverseTemperatures: .same(factor / fit.temperature)))
      #expect(other > fit.nll)
    }
  }

  @Test func `a cross-fitted temperature is the fit on all other folds`() throws {
    let set = try Self.synthetic(count: 900, classes: 6, temperature: 2, seed: 5)
    let folds = Folds(labels: set.labels ?? [], count: 5, seed: 1)
    let fits = try TemperatureScaling.crossFit(set, folds: folds)
    for fold in 0..<5 {
      let rows = (0..<900).filter { folds.foldOfRow[$0] != UInt8(fold) }
      let alone = try TemperatureScaling.fit(set, rows: rows)
      #expect(abs(alone.temperature / fits[fold].temperature - 1) < 1e-9)
    }
  }

  @Test func `folds have equal sizes and depend on seed and labels alone`() {
    let labels: [Int32] = (0..<1003).map { Int32($0 % 7) - ($0 % 50 == 0 ? 8 : 0) }.map {
      max($0, -1)
    }
    let folds = Folds(labels: labels, count: 5, seed: 3)
    var counts = [Int](repeating: 0, count: 5)
    for row in labels.indices where labels[row] >= 0 { counts[Int(folds.foldOfRow[row])] += 1 }
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    #expect(folds == Folds(labels: labels, count: 5, seed: 3))
    #expect(folds != Folds(labels: labels, count: 5, seed: 4))
  }

  @Test func `perfect predictions end at the lower bound, flagged`() throws {
    let set = try PredictionSet(
      .logits(Matrix(rows: [[3, 1, 0], [0, 2, 1], [1, 0, 5]])), labels: [0, 1, 2])
    let fit = try TemperatureScaling.fit(set)
    #expect(fit.isAtBound)
    #expect(fit.temperature == 0.01)
  }

  @Test func `predictions worse than a guess end at the upper bound, flagged`() throws {
    let set = try PredictionSet(
      .logits(Matrix(rows: [[3, 1, 0], [0, 2, 1], [1, 0, 5]])), labels: [2, 0, 1])
    let fit = try TemperatureScaling.fit(set)
    #expect(fit.isAtBound)
    #expect(fit.temperature == 100)
  }

  @Test func `logits of any size are safe`() throws {
    for scale in [1e-20, 1e-3, 1e3, 1e20] {
      let base = try Self.synthetic(count: 400, classes: 4, temperature: 1, seed: 6)
      let matrix = try #require(base.scoreMatrix)
      let scaled = (0..<400).flatMap { row in matrix.row(row).map { $0 * scale } }
      let set = try PredictionSet(
        .logits(Matrix(scaled, columnCount: 4)), labels: base.labels)
      let fit = try TemperatureScaling.fit(set)
      #expect(fit.temperature.isFinite && fit.temperature > 0)
      #expect(fit.isAtBound == !(0.02...50).contains(scale))
    }
  }

  @Test func `probabilities give the temperature of their logits`() throws {
    let set = try Self.synthetic(count: 700, classes: 9, temperature: 1.8, seed: 7)
    let matrix = try #require(set.scoreMatrix)
    let probabilities = (0..<700).flatMap { row -> [Double] in
      let z = matrix.row(row)
      let top = z.max() ?? 0
      let e = z.map { exp($0 - top) }
      let sum = e.reduce(0, +)
      return e.map { $0 / sum }
    }
    let stored = try PredictionSet(
      .probabilities(Matrix(probabilities, columnCount: 9)), labels: set.labels)
    let difference =
      try TemperatureScaling.fit(stored).temperature - TemperatureScaling.fit(set).temperature
    #expect(abs(difference) < 1e-9)
  }

  @Test func `logits that are all but equal end the search`() throws {
    let rows: [[Float]] = (0..<40).map { row in
      (0..<4).map { Float(1e-20) * Float((row * 7 + $0 * 3) % 5) }
    }
    let labels = (0..<40).map { Int32($0 % 4) }
    for rows in [rows, rows.map { $0.map { _ in 0.25 } }] {
      let fit = try TemperatureScaling.fit(
        PredictionSet(.logits(Matrix(rows: rows)), labels: labels))
      #expect((0.01...100).contains(fit.temperature))
      #expect(abs(fit.nll - log(4)) < 1e-6)
    }
  }

  @Test func `a NaN is refused by its row`() throws {
    let set = try PredictionSet(
      .logits(Matrix(rows: [[3, 1], [0, .nan], [1, 0]])), labels: [0, 1, 0])
    #expect(throws: PredictionError.notFinite(role: "logits", row: 1, column: 1)) {
      try TemperatureScaling.fit(set)
    }
  }
}
