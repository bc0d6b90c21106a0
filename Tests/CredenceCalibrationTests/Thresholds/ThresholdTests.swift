import CredenceCalibration
import CredenceMetrics
import Testing

@Suite struct EmpiricalThresholdTests {
  @Test func `takes the largest coverage that reaches the accuracy`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.9, 0.8, 0.7, 0.6, 0.5], isCorrect: [true, false, true, true, false])
    let choice = try EmpiricalThreshold.fit(accuracy: 0.75, on: outcomes)
    #expect(choice.threshold == 0.6 && choice.accepted == 4 && choice.errors == 1)
    #expect(choice.coverage == 0.8 && choice.risk == 0.25)
  }

  @Test func `accepts equal confidences together`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.9, 0.5, 0.5, 0.5], isCorrect: [true, true, false, false])
    #expect(try EmpiricalThreshold.fit(accuracy: 0.6, on: outcomes).accepted == 1)
  }

  @Test func `accepts everything where the accuracy never falls below`() throws {
    let outcomes = try ScoredOutcomes(confidences: [3.0, -2, 5], isCorrect: [true, true, true])
    #expect(try EmpiricalThreshold.fit(accuracy: 1, on: outcomes).coverage == 1)
  }

  @Test func `99 of 100 are an accuracy of 0.99`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [Double](repeating: 0.5, count: 100), isCorrect: (0..<100).map { $0 != 7 })
    #expect(try EmpiricalThreshold.fit(accuracy: 0.99, on: outcomes).accepted == 100)
  }

  @Test func `says what is the best where the target is out of reach`() throws {
    let outcomes = try ScoredOutcomes(confidences: [0.9, 0.8], isCorrect: [false, true])
    #expect(
      throws: CalibrationError.unattainable(
        target: "an accuracy of 0.9", best: "the best is 0.5")
    ) { try EmpiricalThreshold.fit(accuracy: 0.9, on: outcomes) }
  }

  @Test(arguments: [0.0, -1, 1.01, .nan]) func `refuses impossible accuracies`(accuracy: Double)
    throws
  {
    let outcomes = try ScoredOutcomes(confidences: [0.9], isCorrect: [true])
    #expect(throws: CalibrationError.self) {
      try EmpiricalThreshold.fit(accuracy: accuracy, on: outcomes)
    }
  }
}

@Suite struct GuaranteedThresholdTests {
  /// Confidence is uniform and the risk at confidence c is (1 − c)/2, so the risk above a threshold t is (1 − t)/4.
  static func outcomes(_ count: Int, seed: UInt64) throws -> ScoredOutcomes {
    var random = RandomSource(seed: seed)
    let confidences = (0..<count).map { _ in random.uniform() }
    return try ScoredOutcomes(
      confidences: confidences, isCorrect: confidences.map { random.uniform() >= (1 - $0) / 2 })
  }

  @Test(arguments: GuaranteeProcedure.allCases)
  func `the true risk exceeds the target at most with probability delta`(
    procedure: GuaranteeProcedure
  ) throws {
    var violations = 0
    let runs = 400
    for seed in 0..<UInt64(runs) {
      // A sample on which no threshold passes breaks no promise.
      guard
        let fit = try? GuaranteedThreshold.fit(
          risk: 0.1, delta: 0.1, on: Self.outcomes(1_000, seed: seed), procedure: procedure)
      else { continue }
      #expect(fit.bound <= 0.1)
      if (1 - fit.choice.threshold) / 4 > 0.1 { violations += 1 }
    }
    // 40 are promised at most; the correction for several thresholds makes it far fewer.
    #expect(violations <= 40)
  }

  @Test(arguments: GuaranteeProcedure.allCases)
  func `coverage approaches the largest possible one`(procedure: GuaranteeProcedure) throws {
    let fit = try GuaranteedThreshold.fit(
      risk: 0.1, delta: 0.05, on: Self.outcomes(200_000, seed: 5), procedure: procedure)
    #expect(fit.choice.coverage > 0.375 && fit.choice.coverage < 0.4)
  }

  @Test(arguments: GuaranteeProcedure.allCases)
  func `accepts everything where everything is right`(procedure: GuaranteeProcedure) throws {
    let outcomes = try ScoredOutcomes(
      confidences: (0..<1_000).map { Double($0) },
      isCorrect: [Bool](repeating: true, count: 1_000))
    let fit = try GuaranteedThreshold.fit(
      risk: 0.05, delta: 0.05, on: outcomes, procedure: procedure)
    #expect(fit.choice.coverage == 1)
  }

  @Test(arguments: GuaranteeProcedure.allCases)
  func `one sample is never enough`(procedure: GuaranteeProcedure) throws {
    let outcomes = try ScoredOutcomes(confidences: [0.9], isCorrect: [true])
    #expect {
      try GuaranteedThreshold.fit(risk: 0.01, delta: 0.05, on: outcomes, procedure: procedure)
    } throws: { error in
      if case CalibrationError.unattainable(target: "a risk of 0.01 with confidence 0.95", _) =
        error
      {
        true
      } else {
        false
      }
    }
  }

  @Test func `refuses risks and deltas outside (0, 1)`() throws {
    let outcomes = try Self.outcomes(10, seed: 1)
    for (risk, delta, name) in [(0.0, 0.1, "risk"), (1, 0.1, "risk"), (0.1, 0, "delta")] {
      #expect(
        throws: CalibrationError.invalidSetting(
          name: name, value: name == "risk" ? risk : delta, allowed: "between 0 and 1")
      ) { try GuaranteedThreshold.fit(risk: risk, delta: delta, on: outcomes) }
    }
  }
}
