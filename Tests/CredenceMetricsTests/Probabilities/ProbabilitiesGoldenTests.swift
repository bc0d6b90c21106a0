import CredenceMetrics
import CredencePredictions
import GoldenSupport
import Testing

@Suite struct ProbabilitiesGoldenTests {
  @Test func `metrics of class probabilities agree with the reference`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits reference, proper scores and class-wise errors",
      file: "logits.json")
    for example in try LogitCase.all() {
      guard let reference = example.expected["reference"] else { continue }
      let path = "\(example.name).reference"
      for (key, expected) in reference.members {
        guard let measured = try example.value(of: key), let expected = expected.number else {
          continue
        }
        group.check(
          path: "\(path).\(key)", expected: expected, actual: measured, tolerance: 1e-9)
      }
      for (key, expected) in reference.members where key.hasSuffix("_per_class") {
        guard let values = expected.array, let bins = LogitCase.trailingNumber(key.dropLast(10))
        else { continue }
        let actual = try ClasswiseECE().perClass(example.outcomes(binCount: Int(bins)).classwise)
        for (index, value) in values.enumerated() {
          group.check(
            path: "\(path).\(key).\(index)", expected: value.number ?? .nan, actual: actual[index],
            tolerance: 1e-9)
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test func `confidence functions agree with the reference`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits reference, confidence functions", file: "logits.json")
    let aliases = [
      "margin_prob": "margin", "neg_entropy": "entropy", "sum_squares": "sum_squares",
      "msp": "msp", "margin_logit": "margin_logit", "max_logit": "max_logit",
    ]
    for example in try LogitCase.all() {
      let functions = example.expected["reference"]?["confidence_function_metrics"]
      for (name, expected) in functions?.members ?? [] {
        let path = "\(example.name).reference.confidence_function_metrics.\(name)"
        let parameter = LogitCase.trailingNumber(name[...])
        let function: ConfidenceFunction? =
          if let id = aliases[name] {
            ConfidenceFunction.named(id)
          } else if name.hasPrefix("energy_T"), let parameter {
            .energy(temperature: parameter)
          } else if name.hasPrefix("maxlogit_p"), let parameter {
            .maxLogitPNorm(parameter)
          } else {
            nil
          }
        guard let function else { continue }
        let outcomes = try example.outcomes(functions: [function])
        let confidences = try #require(outcomes.confidences[function.id])
        let scored = try ScoredOutcomes(
          confidences: outcomes.rankingScores[function.id] ?? [], isCorrect: outcomes.isCorrect)
        for (key, value) in expected.members {
          switch key {
          case "auroc", "aurc", "augrc":
            let metrics: [String: any Metric<ScoredOutcomes>] =
              ["auroc": AUROC(), "aurc": AURC(), "augrc": AUGRC()]
            group.check(
              path: "\(path).\(key)", expected: value.number ?? .nan,
              actual: try metrics[key]?.value(for: scored) ?? .nan, tolerance: 1e-12)
          case "sum":
            group.check(
              path: "\(path).\(key)", expected: value.number ?? .nan,
              actual: confidences.reduce(0, +), tolerance: 1e-8)
          default:
            for (index, value) in (value.array ?? []).enumerated() {
              group.check(
                path: "\(path).\(key).\(index)", expected: value.number ?? .nan,
                actual: confidences[index], tolerance: 1e-12)
            }
          }
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }
}

/// A set of logits of the golden file.
struct LogitCase {
  let name: String
  let set: PredictionSet
  let expected: GoldenJSON

  static func all() throws -> [LogitCase] {
    let golden = GoldenSet("selective")
    let tensors = try golden.tensors("logits.safetensors")
    return try golden.json("logits.json").members.map { name, expected in
      let columns = try tensors.shape("\(name).logits")[1]
      let matrix = try Matrix(tensors.floats("\(name).logits"), columnCount: columns)
      let labels = try tensors.int64s("\(name).labels").map { Int32($0) }
      return LogitCase(
        name: name, set: try PredictionSet(.logits(matrix), labels: labels), expected: expected)
    }
  }

  func outcomes(
    binCount: Int = 15, threshold: Double = 0.01, functions: [ConfidenceFunction] = [.msp]
  ) throws -> ProbabilisticOutcomes {
    var settings = ProbabilisticOutcomes.Settings()
    settings.binCount = binCount
    settings.threshold = threshold
    settings.confidences = functions
    settings.includesAdaptiveErrors = false
    return try ProbabilisticOutcomes(set, settings: settings)
  }

  /// The number at the end of a key such as `ace_15` or `energy_T2`.
  static func trailingNumber(_ key: Substring) -> Double? {
    let digits = key.reversed().prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "e" }
    var text = String(digits.reversed())
    while let first = text.first, !first.isNumber { text.removeFirst() }
    return Double(text)
  }

  /// The metric that a key of the golden file names: `nll_T1`, `classwise_ece_thr0.01_15`, `tace_15_thr0.001`, and the like.
  func value(of key: String) throws -> Double? {
    let numbers = key.split(separator: "_").compactMap { part -> (isThreshold: Bool, Double)? in
      part.hasPrefix("thr")
        ? Double(part.dropFirst(3)).map { (true, $0) } : Double(part).map { (false, $0) }
    }
    let bins = Int(numbers.first { !$0.isThreshold }?.1 ?? 15)
    let threshold = numbers.first { $0.isThreshold }?.1
    if key == "nll_T1" { return try NLL().value(for: outcomes()) }
    if key == "brier" { return try BrierScore().value(for: outcomes()) }
    if key == "accuracy" {
      let isCorrect = try outcomes().isCorrect
      return Double(isCorrect.count { $0 }) / Double(isCorrect.count)
    }
    if key.hasSuffix("_per_class") { return nil }
    let isEqualMass = key.hasPrefix("classwise_ece_mass")
    if isEqualMass || key.hasPrefix("ace") || key.hasPrefix("tace") {
      return try AdaptiveCalibrationError(
        threshold: threshold ?? 0, rangeCount: bins,
        weighting: isEqualMass ? .perProbability : .perRange
      ).value(for: outcomes())
    }
    if key.hasPrefix("classwise_ece") {
      let table = try outcomes(binCount: bins, threshold: threshold ?? 0.01)
      return try ClasswiseECE(entries: threshold == nil ? .all : .aboveThreshold).value(for: table)
    }
    return nil
  }
}
