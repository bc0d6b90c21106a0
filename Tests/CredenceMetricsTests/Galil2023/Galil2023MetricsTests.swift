import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct Galil2023MetricsTests {
  @Test func `the published numbers are reproduced`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases original", file: "metric_cases.json")
    for example in try MetricCase.all() {
      guard let original = example.expected["original"] else { continue }
      let metrics = try Galil2023Metrics(
        confidences: example.confidences, isCorrect: example.isCorrect)
      Self.check(original, metrics, "\(example.name).original", roundoff: 0, &group)
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test func `the published numbers of logits are reproduced`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits original, metrics", file: "logits.json")
    for example in try LogitCase.all() {
      guard let original = example.expected["original"]?["metrics_T1"] else { continue }
      let outcomes = try example.outcomes()
      let metrics = try Galil2023Metrics(
        confidences: (outcomes.confidences["msp"] ?? []).map { Float($0) },
        isCorrect: outcomes.isCorrect)
      // The original's softmax rounds each step to single precision.
      Self.check(original, metrics, "\(example.name).original.metrics_T1", roundoff: 2e-6, &group)
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  /// Compares a block of published numbers; `roundoff` is how far the confidences themselves may be off.
  private static func check(
    _ original: GoldenJSON, _ metrics: Galil2023Metrics, _ path: String, roundoff: Double,
    _ group: inout GoldenGroup
  ) {
    for (key, expected) in original.members {
      let path = "\(path).\(key)"
      let number = expected.number ?? .infinity
      func check(_ actual: Double, _ tolerance: Double) {
        group.check(path: path, expected: number, actual: actual, tolerance: tolerance)
      }
      switch key {
      case "accuracy_percent": check(metrics.accuracyPercent, 1e-12)
      case "auroc": check(metrics.auroc, 1e-12)
      case "aurc": check(metrics.aurc, 1e-12)
      case "eaurc": check(metrics.eaurc, 1e-12)
      case "confidence_mean": check(Double(metrics.confidenceMean), 2e-6)
      case "confidence_median": check(Double(metrics.confidenceMedian), roundoff)
      case "confidence_variance": check(Double(metrics.confidenceVariance), 2e-6)
      case "gini": check(Double(metrics.gini), 2e-6)
      case "sac": checkSAC(expected, metrics, path, &group)
      case "gini_changes_input_max_abs", "confidence_after_gini":
        group.skip(path: path, reason: "a side effect that Credence does not have")
      case "argsort_equals_stable_sort":
        group.skip(path: path, reason: "about the original's sort")
      default: checkBins(key, expected, metrics, path, roundoff: roundoff, &group)
      }
    }
  }

  private static func checkSAC(
    _ expected: GoldenJSON, _ metrics: Galil2023Metrics, _ path: String, _ group: inout GoldenGroup
  ) {
    for (key, expected) in expected.members {
      let path = "\(path).\(key)"
      let parts = key.split(separator: "|")
      guard parts.count == 2, let accuracy = Double(parts[0]), let start = Int(parts[1]) else {
        group.fail(path: path, "is not named accuracy|start")
        continue
      }
      let actual = Result { () throws(MetricError) in
        try metrics.sac(accuracy: accuracy, startIndex: start)
      }
      check(expected, actual.map { [$0] }, tolerance: 1e-12, path, &group)
    }
  }

  private static func checkBins(
    _ key: String, _ expected: GoldenJSON, _ metrics: Galil2023Metrics, _ path: String,
    roundoff: Double, _ group: inout GoldenGroup
  ) {
    guard let separator = key.lastIndex(of: "_"),
      let binCount = Int(key[key.index(after: separator)...])
    else {
      group.fail(path: path, "is unknown")
      return
    }
    let actual = Result { () throws(MetricError) -> [Double] in
      switch key[..<separator] {
      case "ece_mce":
        let errors = metrics.calibrationErrors(binCount: binCount)
        return [Double(errors.expected), Double(errors.maximum)]
      case "adaptive_ece_mce":
        let errors = try metrics.adaptiveCalibrationErrors(binCount: binCount)
        return [Double(errors.expected), Double(errors.maximum)]
      case "adaptive_edges": return try metrics.adaptiveEdges(binCount: binCount).map(Double.init)
      default: throw .unavailable("unknown")
      }
    }
    let isExact = key.hasPrefix("adaptive_edges")
    check(expected, actual, tolerance: isExact ? roundoff : 2e-6, path, &group)
  }

  /// Compares numbers, or that both failed.
  private static func check(
    _ expected: GoldenJSON, _ actual: Result<[Double], MetricError>, tolerance: Double,
    _ path: String, _ group: inout GoldenGroup
  ) {
    switch actual {
    case .failure(.tooFewSamples):
      group.check(path: path, expected: expected.error, actual: "ValueError")
    case .failure(let error): group.fail(path: path, "\(error)")
    case .success(let values):
      let numbers = expected.array?.map { $0.number ?? .infinity } ?? [expected.number ?? .infinity]
      guard numbers.count == values.count else {
        group.fail(path: path, "expected \(numbers.count) numbers, found \(values.count)")
        return
      }
      for (expected, actual) in zip(numbers, values) {
        group.check(path: path, expected: expected, actual: actual, tolerance: tolerance)
      }
    }
  }

  @Test func `few samples fail with the number needed`() throws {
    let metrics = try Galil2023Metrics(confidences: [0.5, 0.6], isCorrect: [true, false])
    #expect(throws: MetricError.tooFewSamples(needed: 201, found: 2)) {
      try metrics.sac(accuracy: 0.99)
    }
    #expect(throws: MetricError.tooFewSamples(needed: 9, found: 2)) { try metrics.adaptiveEdges() }
    #expect(throws: MetricError.noSamples) {
      try Galil2023Metrics(confidences: [], isCorrect: [])
    }
    #expect(throws: MetricError.notFinite(row: 1)) {
      try Galil2023Metrics(confidences: [1, .infinity], isCorrect: [true, true])
    }
  }

  @Test func `nothing in a bin gives 0 and −1`() throws {
    let metrics = try Galil2023Metrics(confidences: [0, -1, 2], isCorrect: [true, false, true])
    let errors = metrics.calibrationErrors()
    #expect(errors.expected == 0 && errors.maximum == -1)
  }
}
