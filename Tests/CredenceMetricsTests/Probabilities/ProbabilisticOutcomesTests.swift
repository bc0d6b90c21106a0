import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct ProbabilisticOutcomesTests {
  /// Rows of small integers, so that many hold the same numbers in another order.
  private func tiedRows(_ order: [Int]) -> [[Float]] {
    (0..<300).map { row in
      let values = (0..<9).map { Float((row * 5 + $0 * $0 * 7 + row * $0) % 4) }
      return order.map { values[$0] }
    }
  }

  @Test func `renaming the classes breaks no tie`() throws {
    let order = [4, 0, 8, 2, 6, 1, 7, 3, 5]
    var results: [[Double]] = []
    for order in [Array(0..<9), order] {
      let set = try PredictionSet(
        .logits(Matrix(rows: tiedRows(order))), labels: (0..<300).map { Int32($0 % 9) })
      let scores = try #require(try ProbabilisticOutcomes(set).rankingScores["msp"])
      results.append(scores)
    }
    #expect(results[0] == results[1])
  }

  @Test(arguments: [1, 2, 7, 8, 9, 16, 17, 100]) func `agrees with plain loops`(classes: Int) throws
  {
    let rows = (0..<40).map { row in
      (0..<classes).map { Float(sin(Double(row * 31 + $0 * 17))) * 6 }
    }
    let labels = (0..<40).map { Int32(($0 * 3) % classes) }
    let set = try PredictionSet(.logits(Matrix(rows: rows)), labels: labels)
    let outcomes = try ProbabilisticOutcomes(set, inverseTemperatures: .same(0.7))
    for (index, row) in rows.enumerated() {
      let z = row.map { Double($0) * 0.7 }
      let top = z.max() ?? 0
      let sum = z.reduce(0) { $0 + exp($1 - top) }
      let p = z.map { exp($0 - top) / sum }
      let label = Int(labels[index])
      #expect(abs(outcomes.nll[index] + log(p[label])) < 1e-12)
      let brier = p.enumerated().reduce(0.0) {
        $0 + pow($1.element - ($1.offset == label ? 1 : 0), 2)
      }
      #expect(abs(outcomes.brier[index] - brier) < 1e-12)
      #expect(outcomes.predictions[index] == Int32(z.firstIndex(of: top) ?? -1))
      #expect(abs((outcomes.confidences["msp"]?[index] ?? 0) - (p.max() ?? 0)) < 1e-10)
      let before = p.indices.count { p[$0] > p[label] || (p[$0] == p[label] && $0 < label) }
      #expect(outcomes.isInTopFive[index] == (before < 5))
    }
    for k in 0..<classes {
      let bins = outcomes.classwise.bins(ofClass: k)
      #expect(bins.reduce(0) { $0 + Int($1.count) } == 40)
      #expect(bins.reduce(0) { $0 + Int($1.hits) } == labels.count { $0 == Int32(k) })
    }
  }

  @Test func `every stored format gives the same numbers`() throws {
    let values: [Double] = (0..<60).map { Double(($0 * 37) % 64) / 8 - 4 }
    let labels = (0..<12).map { Int32($0 % 5) }
    let reference = try ProbabilisticOutcomes(
      PredictionSet(.logits(Matrix(values, columnCount: 5)), labels: labels))
    func bytes<Bits: FixedWidthInteger>(_ bits: [Bits]) -> Data {
      bits.withUnsafeBytes { Data($0) }
    }
    let floats = values.map { Float($0) }
    let transposed = (0..<5).flatMap { column in (0..<12).map { floats[$0 * 5 + column] } }
    let matrices = [
      try Matrix(floats, columnCount: 5),
      try Matrix(
        bytes: bytes(floats.map { UInt16($0.bitPattern >> 16) }), rowCount: 12, columnCount: 5,
        scalarType: .bfloat16),
      try Matrix(
        bytes: bytes(floats.map { $0.bitPattern.bigEndian }), rowCount: 12, columnCount: 5,
        scalarType: .float32, isBigEndian: true),
      try Matrix(
        bytes: bytes(transposed.map(\.bitPattern)), rowCount: 12, columnCount: 5,
        scalarType: .float32, layout: .columnMajor),
    ]
    for matrix in matrices {
      let outcomes = try ProbabilisticOutcomes(PredictionSet(.logits(matrix), labels: labels))
      #expect(outcomes.nll == reference.nll)
      for metric in MetricDescriptor<ProbabilisticOutcomes>.all() {
        let value = try metric.make().value(for: outcomes)
        #expect(value == (try metric.make().value(for: reference)), "\(metric.id)")
      }
    }
  }

  @Test func `bad rows are named`() throws {
    func outcomes(_ output: PredictionSet.Output) throws {
      _ = try ProbabilisticOutcomes(PredictionSet(output, labels: [0, 1]))
    }
    #expect(throws: PredictionError.notFinite(role: "logits", row: 1, column: 2)) {
      try outcomes(.logits(Matrix(rows: [[1, 2, 3], [1, 2, .infinity]])))
    }
    #expect(throws: PredictionError.notFinite(role: "probabilities", row: 0, column: 0)) {
      try outcomes(.probabilities(Matrix(rows: [[.nan, 1], [0, 1]])))
    }
    #expect(throws: PredictionError.self) {
      try outcomes(.probabilities(Matrix(rows: [[0.5, 0.5], [0.5, 0.6]])))
    }
    #expect(
      throws: PredictionError.notAProbability(
        role: "probabilities", row: 1, column: 0, value: -0.25)
    ) { try outcomes(.probabilities(Matrix(rows: [[0.5, 0.5], [-0.25, 1.25]]))) }
  }

  @Test(arguments: [1, 20, 100]) func `large logits are ranked as they would be with small ones`(
    scale: Float
  ) throws {
    // Two classes: the order of confidences is that of the gaps, whatever their size.
    let rows = (0..<200).map { [Float($0) / 100 * scale, 0] }
    let labels = (0..<200).map { Int32($0 % 3 == 0 ? 1 : 0) }
    let outcomes = try ProbabilisticOutcomes(
      PredictionSet(.logits(Matrix(rows: rows)), labels: labels))
    let scores = try #require(outcomes.rankingScores["msp"])
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `huge and tiny logits are exact`() throws {
    let set = try PredictionSet(
      .logits(Matrix(rows: [[1e30, -1e30], [3e38, 3e38], [1e-30, 0]])), labels: [0, 0, 1])
    let outcomes = try ProbabilisticOutcomes(set)
    #expect(outcomes.confidences["msp"] == [1, 0.5, 0.5])
    #expect(outcomes.nll[0] == 0)
    #expect(abs(outcomes.nll[1] - log(2)) < 1e-15)
  }
}
