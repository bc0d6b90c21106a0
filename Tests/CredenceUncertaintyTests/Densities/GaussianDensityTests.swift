import CredenceCalibration
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import Foundation
import Testing

@Suite struct GaussianDensityTests {
  @Test(arguments: 0..<3) func `a covariance per class agrees with the obvious computation`(
    seed: UInt64
  ) throws {
    var source = RandomFeatures(seed: seed)
    let (embeddings, labels) = try source.classes(counts: [30, 55, 41], dimension: 5)
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    let rows = embeddings.allRows
    let found = try DensityScoring(density).classLogDensities(of: embeddings)
    for label in 0..<3 {
      let members = rows.indices.filter { labels[$0] == label }.map { rows[$0] }
      let (mean, covariance) = ObviousGaussian.moments(members)
      for row in stride(from: 0, to: rows.count, by: 7) {
        let expected = ObviousGaussian.logDensity(rows[row], mean: mean, covariance: covariance)
        #expect(abs(found[row * 3 + label] - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
    #expect(density.jitters == [0, 0, 0])
  }

  @Test func `a tied covariance agrees with the obvious computation`() throws {
    var source = RandomFeatures(seed: 4)
    let (embeddings, labels) = try source.classes(counts: [20, 3, 31], dimension: 4)
    let density = try GaussianDensity.fit(
      embeddings, labels: labels, configuration: .init(covariance: .tied))
    let rows = embeddings.allRows
    var means: [[Double]] = []
    var centered: [[Double]] = []
    for label in 0..<3 {
      let members = rows.indices.filter { labels[$0] == label }.map { rows[$0] }
      let mean = ObviousGaussian.moments(members).mean
      means.append(mean)
      centered += members.map { zip($0, mean).map { $0 - $1 } }
    }
    let covariance = ObviousGaussian.moments(centered, freedom: 0).covariance
    let found = try DensityScoring(density).classLogDensities(of: embeddings)
    for row in rows.indices {
      for label in 0..<3 {
        let expected = ObviousGaussian.logDensity(
          rows[row], mean: means[label], covariance: covariance)
        #expect(abs(found[row * 3 + label] - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
  }

  @Test(arguments: GaussianDensity.Covariance.allCases)
  func `bulk scoring, portable scoring and single samples agree`(
    covariance: GaussianDensity.Covariance
  ) throws {
    var source = RandomFeatures(seed: 5)
    // Wider than a panel of the factor.
    let (embeddings, labels) = try source.classes(
      counts: [300, 40, 0, 210], dimension: 150, offset: 100)
    let density = try GaussianDensity.fit(
      embeddings, labels: labels,
      configuration: .init(covariance: covariance, prior: .empirical, rank: 9))
    let bulk = try DensityScoring(density).classLogDensities(of: embeddings)
    let portable = try density.classLogDensities(of: embeddings)
    #expect(bulk.count == portable.count)
    let pairs = zip(bulk, portable).enumerated()
    #expect(
      pairs.allSatisfy { position, pair in
        position % 4 == 2
          ? pair.0 == -.infinity && pair.1 == -.infinity
          : abs(pair.0 - pair.1) < 1e-9 * max(abs(pair.1), 1)
      })
    let scores = try DensityScoring(density).scores(of: embeddings)
    for row in [0, 17, 549] {
      let single = try density.logDensity(of: embeddings.row(row))
      #expect(abs(single - scores.logDensities[row]) < 1e-9 * abs(single))
    }
    let fast = try DensityScoring(density, elementType: .float32).scores(of: embeddings)
    #expect(
      zip(fast.logDensities, scores.logDensities).allSatisfy {
        abs($0 - $1) < 1e-3 * max(abs($1), 1)
      })
  }

  @Test func `a low-rank covariance of full rank is the full covariance`() throws {
    var source = RandomFeatures(seed: 6)
    let (embeddings, labels) = try source.classes(counts: [60, 80], dimension: 6)
    func densities(_ covariance: GaussianDensity.Covariance) throws -> [Double] {
      let density = try GaussianDensity.fit(
        embeddings, labels: labels,
        configuration: .init(covariance: covariance, regularization: .jitterLadder, rank: 5))
      return try DensityScoring(density).scores(of: embeddings).logDensities
    }
    // Five directions and the variances that they leave tell nearly all about six features.
    let differences = zip(try densities(.lowRank), try densities(.perClass)).map { abs($0 - $1) }
    #expect(differences.reduce(0, +) / 140 < 0.5)
  }

  @Test(arguments: [(3, 40), (2, 40), (1, 40), (12, 8)])
  func `too few samples give finite densities by default`(count: Int, dimension: Int) throws {
    var source = RandomFeatures(seed: 7)
    let (embeddings, labels) = try source.classes(
      counts: [count, count, 30], dimension: dimension)
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    let scores = try DensityScoring(density).scores(of: embeddings).logDensities
    #expect(scores.allSatisfy { $0.isFinite && abs($0) < 1e4 })
    #expect((density.shrinkages[0] > 0) == (count <= dimension))
    #expect(density.warnings.isEmpty == (count > dimension))
  }

  @Test func `a singular covariance climbs the relative ladder`() throws {
    var source = RandomFeatures(seed: 8)
    let rows = (0..<50).map { _ -> [Double] in
      let x = source.normal()
      return [x, 2 * x, source.normal(), 0]
    }
    let embeddings = try Matrix(rows.flatMap { $0 }, columnCount: 4)
    let labels = (0..<50).map { Int32($0 % 2) }
    let density = try GaussianDensity.fit(
      embeddings, labels: labels, configuration: .init(regularization: .jitterLadder))
    #expect(density.jitters.allSatisfy { $0 > 0 && $0 < 1e-9 })
    let scores = try DensityScoring(density).scores(of: embeddings)
    #expect(scores.logDensities.allSatisfy { $0.isFinite })
  }

  @Test func `dead features do not drown the others by default`() throws {
    var source = RandomFeatures(seed: 12)
    // The third is always 0, the fourth repeats the first up to single precision.
    let rows = (0..<400).map { _ -> [Float] in
      let x = Float(source.normal())
      return [x, Float(source.normal()), 0, 3 * x + 1]
    }
    let embeddings = try Matrix(rows.flatMap { $0 }, columnCount: 4)
    let labels = (0..<400).map { Int32($0 % 2) }
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    #expect(density.shrinkages.allSatisfy { $0 > 0 && $0 < 0.1 })
    #expect(density.jitters == [0, 0])
    // A thousandth of a standard deviation in a dead direction is less than five in a living one.
    let (dead, living) = try (
      density.logDensity(of: [0, 0, 0.001, 1]), density.logDensity(of: [0, 5, 0, 1])
    )
    #expect(dead > living)
    let ladder = try GaussianDensity.fit(
      embeddings, labels: labels, configuration: .init(regularization: .jitterLadder))
    #expect(try ladder.logDensity(of: [0, 0, 0.001, 1]) < ladder.logDensity(of: [0, 5, 0, 1]))
  }

  @Test func `a covariance that is far from singular is left as it is`() throws {
    var source = RandomFeatures(seed: 13)
    let (embeddings, labels) = try source.classes(counts: [90, 90], dimension: 7, offset: 50)
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    #expect(density.jitters == [0, 0])
    #expect(density.shrinkages == [0, 0])
  }

  @Test func `classes without samples take no part`() throws {
    var source = RandomFeatures(seed: 9)
    let (embeddings, labels) = try source.classes(counts: [30, 0, 30], dimension: 3)
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    #expect(density.warnings == ["Class 1: no samples, so no density; left out."])
    let values = try density.classLogDensities(of: embeddings.row(0))
    #expect(values[1] == -.infinity)
    #expect(try density.logDensity(of: embeddings.row(0)).isFinite)
    #expect(throws: UncertaintyError.self) {
      try GaussianDensity.fit(embeddings, labels: labels, configuration: .published)
    }
  }

  @Test func `the ladder alone refuses a single sample`() throws {
    let embeddings = try Matrix([1.0, 2, 3, 4, 5, 7], columnCount: 2)
    #expect(
      throws: UncertaintyError.degenerate(
        what: "Class 1", reason: "Its 1 samples do not differ.")
    ) {
      try GaussianDensity.fit(
        embeddings, labels: [0, 0, 1], configuration: .init(regularization: .jitterLadder))
    }
  }

  @Test func `bad numbers and labels are named by their row`() throws {
    let embeddings = try Matrix([1.0, 2, 3, Double.nan, 5, 6, 0, 1], columnCount: 2)
    for covariance in GaussianDensity.Covariance.allCases {
      #expect(
        throws: PredictionError.notFinite(role: "embeddings", row: 1, column: 1)
      ) {
        try GaussianDensity.fit(
          embeddings, labels: [0, 1, 0, 1], configuration: .init(covariance: covariance))
      }
    }
    #expect(
      throws: PredictionError.labelOutOfRange(role: "labels", row: 2, label: 9, classes: 3)
    ) {
      try GaussianDensity.fit(embeddings, labels: [0, 1, 9, 1], classCount: 3)
    }
    #expect(throws: PredictionError.noSamples) {
      try GaussianDensity.fit(embeddings, labels: [-1, -1, -1, -1], classCount: 2)
    }
    #expect(
      throws: UncertaintyError.degenerate(
        what: "Class 0", reason: "All samples of the set have the same features.")
    ) {
      try GaussianDensity.fit(
        Matrix([Double](repeating: 4, count: 8), columnCount: 2), labels: [0, 0, 0, 0],
        configuration: .init(regularization: .oas))
    }
  }

  @Test func `a density of other features is refused`() throws {
    var source = RandomFeatures(seed: 10)
    let (embeddings, labels) = try source.classes(counts: [9, 9], dimension: 3)
    let density = try GaussianDensity.fit(embeddings, labels: labels)
    let wider = try Matrix([1.0, 2, 3, 4], columnCount: 4)
    let error = CalibrationError.densityMismatch(
      what: "The number of features", expected: "3", found: "4")
    #expect(throws: error) { try DensityScoring(density).scores(of: wider) }
    #expect(throws: error) { try density.classLogDensities(of: wider) }
  }

  @Test(arguments: GaussianDensity.Covariance.allCases)
  func `a written density is the same`(covariance: GaussianDensity.Covariance) throws {
    var source = RandomFeatures(seed: 11)
    let (embeddings, labels) = try source.classes(counts: [25, 14, 2], dimension: 7)
    var density = try GaussianDensity.fit(
      embeddings, labels: labels,
      configuration: .init(covariance: covariance, prior: .empirical, rank: 3))
    density.origin.model = "lenet"
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "density-\(covariance.rawValue)-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try density.write(to: url)
    let read = try FittedDensity(contentsOf: url)
    #expect(read.configuration == density.configuration)
    #expect(read.origin == density.origin)
    #expect(read.warnings == density.warnings)
    let values = try read.classLogDensities(of: embeddings)
    #expect(try values == density.classLogDensities(of: embeddings))
    #expect(read.logPriors == density.logPriors)
    var other = PredictionMetadata()
    other.model = "resnet50"
    #expect(
      throws: CalibrationError.densityMismatch(
        what: "The model", expected: "‘lenet’", found: "‘resnet50’")
    ) { try read.check(other) }
  }
}
