import CredenceMetrics
import Testing

/// Numbers that other libraries get wrong.
@Suite struct KnownWrongNumbersTests {
  @Test func `coverage at risk is a number at half coverage and below`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: (0..<10).map { Double(10 - $0) / 10 }, isCorrect: (0..<10).map { $0 < 4 })
    #expect(try CoverageAtRisk(risk: 0.01).value(for: outcomes) == 0.4)
    #expect(try CoverageAtRisk(risk: 0.2).value(for: outcomes) == 0.5)
  }

  @Test func `AUGRC and its curve come from one path`() throws {
    // Reversing one of the arrays against the other gives 0.074-like areas; the right one counts accepted errors.
    let outcomes = try ScoredOutcomes(
      confidences: [0.9, 0.8, 0.7, 0.6], isCorrect: [false, true, true, false])
    let points = RiskCoverageCurve(outcomes).points
    #expect(points.map(\.coverage) == [0.25, 0.5, 0.75, 1])
    #expect(points.map(\.generalizedRisk) == [0.25, 0.25, 0.25, 0.5])
    // (0 + ¼)/2 + ¼ + ¼ + (¼ + ½)/2, each times ¼.
    #expect(try AUGRC().value(for: outcomes) == 0.25)
  }

  @Test func `FPR95 takes the first threshold that reaches 0.95`() throws {
    // 20 correct: the 19th is followed by an error before the 20th. The nearest recall above 0.95 would count it.
    let isCorrect = [Bool](repeating: true, count: 18) + [false, true, false, true, false, false]
    let outcomes = try ScoredOutcomes(
      confidences: isCorrect.indices.map { -Double($0) }, isCorrect: isCorrect)
    #expect(try FPR95().value(for: outcomes) == 0.25)
    // Tied with it, the next error is accepted too.
    let tied = try ScoredOutcomes(
      confidences: isCorrect.indices.map { $0 == 20 ? -19 : -Double($0) }, isCorrect: isCorrect)
    #expect(try FPR95().value(for: tied) == 0.5)
  }

  @Test func `AUROC of large logits does not saturate`() throws {
    // A float32 sigmoid maps all of these to 1.
    let outcomes = try ScoredOutcomes(
      confidences: [18, 19, 20, 21] as [Float], isCorrect: [false, false, true, true])
    #expect(try AUROC().value(for: outcomes) == 1)
  }

  @Test func `a constant detector's average precision is the prevalence`() throws {
    // By the trapezoid it would be 0.525.
    let outcomes = try ScoredOutcomes(
      confidences: [Double](repeating: 0.5, count: 100), isCorrect: (0..<100).map { $0 >= 5 })
    #expect(abs(try AUPRError().value(for: outcomes) - 0.05) < 1e-15)
    #expect(abs(try AUPRSuccess().value(for: outcomes) - 0.95) < 1e-15)
  }

  @Test func `AUPR is named by its positive class`() throws {
    // Errors stand out: easy to find, while correct predictions are just many.
    let outcomes = try ScoredOutcomes(
      confidences: [0.1, 0.5, 0.6, 0.7], isCorrect: [false, true, true, false])
    // Errors from below: 1/1, then 2/4.
    #expect(try AUPRError().value(for: outcomes) == 0.75)
    // Correct from above: 1/2, 2/3.
    #expect(abs(try AUPRSuccess().value(for: outcomes) - (1.0 / 2 + 2.0 / 3) / 2) < 1e-15)
  }

  @Test func `SAC of a model that never violates the constraint is 1`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: (0..<300).map { Double($0) }, isCorrect: [Bool](repeating: true, count: 300))
    #expect(try SAC(accuracy: 0.99).value(for: outcomes) == 1)
    let compat = try Galil2023Metrics(
      confidences: (0..<300).map { Float($0) }, isCorrect: [Bool](repeating: true, count: 300))
    #expect(try compat.sac(accuracy: 0.99) == 0)
  }

  @Test func `99 of 100 satisfy an accuracy of 0.99`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: (0..<100).map { Double($0) }, isCorrect: (0..<100).map { $0 != 0 })
    #expect(try SAC(accuracy: 0.99).value(for: outcomes) == 1)
  }
}
