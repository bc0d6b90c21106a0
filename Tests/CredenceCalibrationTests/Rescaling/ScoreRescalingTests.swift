import CredenceCalibration
import CredenceMetrics
import CredencePredictions
import Foundation
import Testing

@Suite struct ScoreRescalingTests {
  static func set() throws -> PredictionSet {
    var random = RandomSource(seed: 21)
    return try random.calibratedSet(samples: 300, classes: 4, temperature: 2)
  }

  static func loss(_ policy: Policy) throws -> Double {
    try #require(policy.guarantee.numbers["loss"])
  }

  /// The optima of `scipy.optimize.minimize` (1.17.1, BFGS) for the same set and objective.
  @Test(arguments: [
    ("vector", 0, 0.7115076691656629), ("matrix", 0.01, 0.7019896613665403),
    ("matrix", 1, 0.7105841752890079), ("dirichlet", 0.01, 0.7019603869341474),
    ("dirichlet", 1, 0.7062608726739286),
  ]) func `the optimum is that of scipy`(id: String, weight: Double, expected: Double) throws {
    var settings = PolicySettings()
    settings.offDiagonalWeight = weight
    settings.interceptWeight = weight
    settings.maximumIterations = 2_000
    let policy = try Policy.fit(.named(id), on: Self.set(), settings: settings)
    #expect(abs(try Self.loss(policy) - expected) < 1e-8)
    #expect(policy.guarantee.numbers["gradient", default: 1] < 1e-4)
  }

  @Test func `regularization shrinks what leaves the diagonal`() throws {
    let sizes = try [1e-3, 0.1, 10, 1e6].map { weight in
      var settings = PolicySettings()
      settings.offDiagonalWeight = weight
      let policy = try Policy.fit(.named("matrix"), on: Self.set(), settings: settings)
      let weights = try #require(policy.parameters as? MatrixScaling).map.weight.numbers
      return weights.indices.filter { $0 / 4 != $0 % 4 }.reduce(0) { $0 + abs(weights[$1]) }
    }
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 })
    #expect(sizes[3] < 1e-5)
  }

  @Test func `more parameters fit better`() throws {
    var settings = PolicySettings()
    settings.offDiagonalWeight = 0
    settings.interceptWeight = 0
    let vector = try Policy.fit(.named("vector"), on: Self.set(), settings: settings)
    let matrix = try Policy.fit(.named("matrix"), on: Self.set(), settings: settings)
    let temperature = try TemperatureScaling.fit(Self.set())
    #expect(try Self.loss(vector) < temperature.nll)
    #expect(try Self.loss(matrix) < Self.loss(vector))
  }

  @Test(arguments: ["temperature", "dirichlet", "isotonic-one-vs-rest"])
  func `logits and their probabilities get the same`(id: String) throws {
    let logits = try Self.set()
    guard case .logits(let matrix) = logits.output else { return }
    let rows = (0..<300).map { softmax(matrix.row($0)) }
    let probabilities = try PredictionSet(
      .probabilities(Matrix(Array(rows.joined()), columnCount: 4)), labels: logits.labels)
    let policy = try Policy.fit(.named(id), on: logits)
    let first = try policy.apply(to: logits).set
    let second = try policy.apply(to: probabilities).set
    let pairs = zip(try TopLabels(first).confidences, try TopLabels(second).confidences)
    for (a, b) in pairs { #expect(abs(a - b) < 1e-6) }
  }

  @Test(arguments: ["vector", "matrix"])
  func `a map of logits refuses probabilities`(id: String) throws {
    let policy = try Policy.fit(.named(id), on: Self.set())
    #expect(
      throws: CalibrationError.mismatch(
        what: "The kind of the predictions", expected: "logits", found: "probabilities")
    ) { try policy.decision(forProbabilities: [0.1, 0.2, 0.3, 0.4]) }
  }

  @Test func `rounding to Float never changes a decision`() throws {
    // Two neighbors of Float, the second larger, that division brings together.
    let large: Float = 1.999_999_9
    var rows: [[Float]] = []
    for _ in 0..<50 { rows.append([large, large.nextUp, 0]) }
    let set = try PredictionSet(
      .logits(Matrix(rows: rows)), labels: (0..<50).map { Int32($0 % 2) })
    for temperature in [0.7, 1.3, 2.9, 3.3] {
      let json = try Policy.fit(.named("temperature"), on: set).json()
      var object = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
      object["parameters"] = ["temperature": temperature]
      let policy = try Policy(json: JSONSerialization.data(withJSONObject: object))
      #expect(try TopLabels(policy.apply(to: set).set).labels == TopLabels(set).labels)
    }
  }

  @Test func `refuses a matrix for too many classes before any work`() throws {
    let set = try PredictionSet(
      .logits(Matrix([Float](repeating: 0, count: 4_002), columnCount: 2_001)), labels: [0, 1])
    #expect(
      throws: CalibrationError.tooManyClasses(
        found: 2_001, allowed: 2_000, method: "Matrix scaling")
    ) { try Policy.fit(.named("matrix"), on: set) }
  }

  @Test(arguments: ["temperature", "vector", "matrix", "dirichlet", "isotonic-one-vs-rest"])
  func `one class and one sample work`(id: String) throws {
    let set = try PredictionSet(.logits(Matrix(rows: [[3]])), labels: [0])
    let decision = try Policy.fit(.named(id), on: set).decision(forLogits: [1])
    #expect(decision.label == 0 && decision.confidence == 1)
  }

  @Test func `one-vs-rest curves are those of each class`() throws {
    let set = try Self.set()
    guard case .logits(let matrix) = set.output, let labels = set.labels else { return }
    let policy = try Policy.fit(.named("isotonic-one-vs-rest"), on: set)
    let fitted = try #require(policy.parameters as? OneVsRestIsotonic)
    let probabilities = (0..<300).map { softmax(matrix.row($0)) }
    for label in 0..<4 {
      let curve = IsotonicRegression(
        try ScoredOutcomes(
          confidences: probabilities.map { $0[label] },
          isCorrect: labels.map { Int($0) == label }))
      for value in [0.1, 0.4, 0.9] {
        #expect(abs(fitted.classes[label].calibrated(value) - curve.calibrated(value)) < 1e-9)
      }
    }
    let applied = try policy.apply(to: set)
    guard case .logits(let rescaled) = applied.set.output else { return }
    for row in 0..<300 {
      let values = (0..<4).map { fitted.classes[$0].calibrated(probabilities[row][$0]) }
      let sum = values.reduce(0, +)
      for (value, new) in zip(values, softmax(rescaled.row(row))) {
        #expect(abs(value / sum - new) < 1e-6)
      }
    }
  }

  @Test func `refuses probabilities outside [0, 1]`() throws {
    let set = try PredictionSet(.probabilities(Matrix(rows: [[0.5, 1.5]])), labels: [0])
    #expect(
      throws: PredictionError.notAProbability(
        role: "probabilities", row: 0, column: 1, value: 1.5)
    ) { try Policy.fit(.named("temperature"), on: set) }
  }
}
