import CredenceMetrics
import Foundation
import Testing

@Suite struct ScoredOutcomesTests {
  /// Groups by a dictionary, from high to low.
  private static func groups(_ confidences: [Double], _ isCorrect: [Bool]) -> [[Double]] {
    var groups: [Double: [Double]] = [:]
    for (confidence, isCorrect) in zip(confidences, isCorrect) {
      let key = confidence == 0 ? 0 : confidence
      let group = groups[key] ?? [0, 0]
      groups[key] = [group[0] + 1, group[1] + (isCorrect ? 0 : 1)]
    }
    return groups.sorted { $0.key > $1.key }.map { [$0.key] + $0.value }
  }

  private static func groups(_ outcomes: ScoredOutcomes) -> [[Double]] {
    outcomes.thresholds.indices.map {
      [
        outcomes.thresholds[$0], Double(outcomes.counts[$0]), Double(outcomes.errorCounts[$0]),
      ]
    }
  }

  /// Numbers of both signs and every magnitude, with ties and zeros.
  private static func scores(_ count: Int, seed: UInt64) -> ([Double], [Bool]) {
    var random = RandomSource(seed: seed)
    let kinds = seed % 5
    let scores = (0..<count).map { _ -> Double in
      switch kinds {
      case 0: return Double.random(in: 0...1, using: &random)
      case 1: return Double(Int.random(in: -5...5, using: &random))
      case 2: return [0.0, -0.0, 0x1p-1030, -0x1p-1030, 1].randomElement(using: &random) ?? 0
      case 3: return Double.random(in: -1...1, using: &random) * 1e300
      default:
        let magnitude = Int.random(in: -300...300, using: &random)
        return Double.random(in: -1...1, using: &random) * pow(10, Double(magnitude))
      }
    }
    return (scores, scores.map { _ in Bool.random(using: &random) })
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `groups are those of a dictionary`(seed: UInt64) throws {
    let (scores, isCorrect) = Self.scores([1, 2, 3, 50, 1000][Int(seed) / 5 % 5], seed: seed)
    let outcomes = try ScoredOutcomes(confidences: scores, isCorrect: isCorrect)
    #expect(Self.groups(outcomes) == Self.groups(scores, isCorrect))
    #expect(outcomes.count == scores.count && outcomes.errorCount == isCorrect.count { !$0 })
    let floats = scores.map { Float($0) }
    if floats.allSatisfy(\.isFinite) {
      let narrow = try ScoredOutcomes(confidences: floats, isCorrect: isCorrect)
      #expect(Self.groups(narrow) == Self.groups(floats.map(Double.init), isCorrect))
    }
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `many samples on many cores are grouped alike`(seed: UInt64) throws {
    let (scores, isCorrect) = Self.scores(150_001, seed: seed)
    let outcomes = try ScoredOutcomes(confidences: scores, isCorrect: isCorrect)
    #expect(Self.groups(outcomes) == Self.groups(scores, isCorrect))
  }

  @Test func `crowded confidences are grouped alike`() throws {
    // Nine of ten lie within 1e-6 of 1, so one bucket of the sort holds most.
    var random = RandomSource(seed: 1)
    let scores = (0..<200_000).map { index in
      let value = Double.random(in: 0...1, using: &random)
      return index % 10 == 0 ? value : 1 - value * 1e-6
    }
    let isCorrect = scores.map { _ in Bool.random(using: &random) }
    let outcomes = try ScoredOutcomes(confidences: scores, isCorrect: isCorrect)
    #expect(Self.groups(outcomes) == Self.groups(scores, isCorrect))
    let floats = scores.map { Float($0) }
    let narrow = try ScoredOutcomes(confidences: floats, isCorrect: isCorrect)
    #expect(Self.groups(narrow) == Self.groups(floats.map(Double.init), isCorrect))
  }

  @Test func `sweeps in blocks find what plain loops find`() throws {
    let samples = Samples(count: 400_000, seed: 12)
    let outcomes = try samples.outcomes
    #expect(outcomes.counts.count > 300_000)
    var (errors, pairs, area, precision) = (0, 0, 0.0, 0.0)
    for (place, row) in samples.fallingOrder.enumerated() {
      let k = Double(place + 1)
      if samples.isCorrect[row] {
        precision += (k - Double(errors)) / k
      } else {
        errors += 1
        pairs += place + 1 - errors
      }
      area += Double(errors) / k
    }
    let correct = samples.count - errors
    let sweep = RankingSweep().values(for: outcomes)
    let auroc = try #require(sweep["auroc"]).get()
    #expect(abs(auroc - Double(pairs) / Double(correct) / Double(errors)) < 1e-15)
    #expect(abs(try #require(sweep["aurc"]).get() - area / 400_000) < 1e-13)
    #expect(abs(try #require(sweep["aupr_success"]).get() - precision / Double(correct)) < 1e-13)
    #expect(try AUPRError().value(for: outcomes) == sweep["aupr_error"]?.get())
    #expect(try FPR95().value(for: outcomes) == sweep["fpr95"]?.get())
  }

  @Test func `minus zero equals zero`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.0, -0.0, -1] as [Float], isCorrect: [true, false, true])
    #expect(outcomes.thresholds == [0, -1] && outcomes.counts == [2, 1])
    #expect(outcomes.thresholds[0].sign == .plus)
  }

  @Test func `bad input throws the exact error`() {
    #expect(throws: MetricError.noSamples) {
      try ScoredOutcomes(confidences: [Float](), isCorrect: [])
    }
    #expect(throws: MetricError.notFinite(row: 1)) {
      try ScoredOutcomes(
        confidences: [1, .nan, .infinity] as [Double], isCorrect: [true, true, true])
    }
    #expect(throws: MetricError.notFinite(row: 2)) {
      try ScoredOutcomes(
        confidences: [1, 2, -.infinity] as [Float], isCorrect: [true, true, true])
    }
    var many = [Float](repeating: 0.5, count: 200_000)
    many[199_999] = .nan
    #expect(throws: MetricError.notFinite(row: 199_999)) {
      try ScoredOutcomes(confidences: many, isCorrect: many.map { _ in true })
    }
  }
}
