import CredenceCalibration
import CredencePredictions
import Testing

@Suite struct ConformalTests {
  static let methods = ConformalScore.allCases.flatMap {
    [ConformalMethod($0), ConformalMethod($0, isRandomized: true)]
  }

  @Test(arguments: methods) func `sets hold the truth as often as promised`(
    method: ConformalMethod
  ) throws {
    var coverages: [Double] = []
    for seed in 0..<30 as Range<UInt64> {
      var random = RandomSource(seed: seed)
      let set = try random.calibratedSet(samples: 600, classes: 6)
      let calibration = try ConformalCalibration(
        set, rows: Array(0..<200), methods: [method], seed: Int(seed))
      let predictor = try calibration.predictor(alpha: 0.15, seed: Int(seed))
      let sets = try predictor.predictionSets(for: set, rows: Array(200..<600))
      let labels = try #require(set.labels)
      coverages.append(
        try ConformalReport(
          sets: sets, labels: Array(labels[200...]), alpha: 0.15, classCount: 6
        ).coverage)
    }
    // The mean of 30 runs has a standard error of about 0.005.
    let mean = coverages.reduce(0, +) / Double(coverages.count)
    #expect(mean > 0.85 - 0.02 && mean < 0.85 + 0.05)
  }

  @Test(arguments: methods) func `a set holds exactly the classes below the quantile`(
    method: ConformalMethod
  ) throws {
    var random = RandomSource(seed: 3)
    let set = try random.calibratedSet(samples: 60, classes: 7)
    let uniforms = (0..<60).map { _ in random.uniform() }
    let calibration = try ConformalCalibration(set, methods: [method], uniforms: uniforms)
    for isClassConditional in [false, true] {
      let predictor = try calibration.predictor(
        alpha: 0.4, isClassConditional: isClassConditional)
      let sets = try predictor.predictionSets(for: set, uniforms: uniforms)
      for sample in 0..<60 {
        // Calibrating on one sample under each label gives the score of that class.
        let expected = try (0..<7).filter { label in
          var relabeled = set
          relabeled.labels = [Int32](repeating: Int32(label), count: 60)
          let score = try ConformalCalibration(
            relabeled, rows: [sample], methods: [method], uniforms: uniforms
          ).scores[0][0]
          return score <= predictor.quantiles[isClassConditional ? label : 0]
        }
        #expect(Set(sets[sample]) == Set(expected.map { Int32($0) }))
      }
    }
  }

  @Test func `one pass over many methods gives what each gives alone`() throws {
    var random = RandomSource(seed: 9)
    let set = try random.calibratedSet(samples: 100, classes: 30)
    let together = try ConformalCalibration(set, methods: Self.methods)
    for (index, method) in Self.methods.enumerated() {
      let alone = try ConformalCalibration(set, methods: [method])
      #expect(together.scores[index] == alone.scores[0])
    }
  }

  @Test func `too few samples give the full set`() throws {
    var random = RandomSource(seed: 1)
    let set = try random.calibratedSet(samples: 9, classes: 4)
    let calibration = try ConformalCalibration(set, methods: [ConformalMethod(.aps)])
    #expect(try calibration.quantile(alpha: 0.05) == .infinity)
    #expect(try calibration.quantile(alpha: 0.1) < .infinity)
    let sets = try calibration.predictor(alpha: 1e-9).predictionSets(for: set)
    #expect(sets.values.count == 36)
    #expect(try ConformalCalibration.coverageInterval(sampleCount: 9, alpha: 0.05) == 1...1)
  }

  @Test func `one class is always the answer`() throws {
    let set = try PredictionSet(
      .logits(Matrix(rows: [[3], [-1]])), labels: [0, 0])
    let calibration = try ConformalCalibration(set, methods: [ConformalMethod(.lac)])
    let sets = try calibration.predictor(alpha: 0.5).predictionSets(for: set)
    #expect(sets.values == [0, 0])
  }

  @Test func `the first class belongs where empty sets are not allowed`() throws {
    var random = RandomSource(seed: 4)
    let set = try random.calibratedSet(samples: 300, classes: 5)
    let calibration = try ConformalCalibration(set, methods: [ConformalMethod(.aps)])
    let empty = try calibration.predictor(alpha: 0.6).predictionSets(for: set)
    #expect((0..<300).contains { empty[$0].isEmpty })
    let full = try calibration.predictor(alpha: 0.6, allowsEmpty: false).predictionSets(for: set)
    let top = try TopLabels(set)
    for sample in 0..<300 where empty[sample].isEmpty {
      #expect(Array(full[sample]) == [top.labels[sample]])
    }
  }

  @Test func `equal probabilities stand in order of the class`() throws {
    let set = try PredictionSet(
      .probabilities(Matrix(rows: [[0.25, 0.25, 0.25, 0.25]])), labels: [2])
    let calibration = try ConformalCalibration(set, methods: [ConformalMethod(.aps)])
    #expect(calibration.scores == [[0.75]])
  }

  @Test func `probabilities and their logits give the same sets`() throws {
    var random = RandomSource(seed: 6)
    let set = try random.calibratedSet(samples: 200, classes: 5)
    let rescaled = try PredictionSet(
      .probabilities(
        Matrix(
          rows: (0..<200).map { row in
            guard case .logits(let matrix) = set.output else { return [] }
            return softmax(matrix.row(row)).map { Float($0) }
          })), labels: set.labels)
    let method = ConformalMethod(.raps)
    let first = try ConformalCalibration(set, methods: [method], temperature: 2)
    let second = try ConformalCalibration(rescaled, methods: [method], temperature: 2)
    for (a, b) in zip(first.scores[0], second.scores[0]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test(arguments: [0.0, 1, -0.1, .nan]) func `refuses an alpha outside (0, 1)`(alpha: Double)
    throws
  {
    #expect(throws: CalibrationError.self) {
      try ConformalCalibration.rank(sampleCount: 10, alpha: alpha)
    }
  }

  @Test func `the rank is exact where binary fractions are not`() throws {
    #expect(try ConformalCalibration.rank(sampleCount: 99, alpha: 0.05) == 95)
    #expect(try ConformalCalibration.rank(sampleCount: 9, alpha: 0.3) == 7)
  }

  @Test func `refuses top-k sets and sets without labels`() throws {
    let top = try PredictionSet(
      .topK(TopK(indices: [0], values: Matrix(rows: [[0.5]]))), labels: [0])
    let unlabeled = try PredictionSet(.logits(Matrix(rows: [[1, 2]])))
    for set in [top, unlabeled] {
      #expect {
        try ConformalCalibration(set, methods: [ConformalMethod(.lac)])
      } throws: { error in
        if case CalibrationError.unavailable = error { true } else { false }
      }
    }
  }

  @Test func `the coverage interval is that of the beta distribution`() throws {
    // scipy.stats.beta.ppf([0.025, 0.975], 271, 30)
    let interval = try ConformalCalibration.coverageInterval(sampleCount: 300, alpha: 0.1)
    #expect(abs(interval.lowerBound - 0.864125090171869) < 1e-12)
    #expect(abs(interval.upperBound - 0.9315083155089265) < 1e-12)
  }
}

@Suite struct ConformalReportTests {
  @Test func `counts coverage and sizes by hand`() throws {
    let sets = try RaggedLabels(values: [0, 1, 2, 0, 1, 1], offsets: [0, 1, 3, 3, 6, 6])
    let report = try ConformalReport(
      sets: sets, labels: [0, 0, 1, 1, -1], alpha: 0.1, classCount: 3)
    #expect(report.samples == 4 && report.coverage == 0.5)
    #expect(report.meanSize == 1.5 && report.medianSize == 1.5 && report.emptyRate == 0.25)
    #expect(abs(report.classCoverageGap - 0.4) < 1e-15 && report.worstClassCoverage == 0.5)
    #expect(report.sizeStrata.map(\.samples) == [2, 2])
    #expect(report.sizeStrata.map(\.coverage) == [0.5, 0.5])
  }

  @Test func `needs a labeled sample`() throws {
    #expect(throws: CalibrationError.self) {
      try ConformalReport(
        sets: RaggedLabels(values: [], offsets: [0, 0]), labels: [-1], alpha: 0.1, classCount: 2)
    }
  }
}
