import CredenceCalibration
import CredencePredictions
import GoldenSupport
import Testing

@Suite struct ConformalGoldenTests {
  @Test func `quantiles, coverage and sizes agree with the reference`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits conformal", file: LogitCase.file)
    for golden in try LogitCase.all() {
      for (name, expected) in golden.expected["conformal"]?.members ?? [] {
        let path = "\(golden.name).conformal.\(name)"
        let parts = name.split(separator: "_").map(String.init)
        guard let score = ConformalScore(rawValue: parts[0]), parts.count == 2 else {
          group.fail(path: path, "unknown score")
          continue
        }
        try check(
          ConformalMethod(score, isRandomized: parts[1] == "randomised"), golden, expected, path,
          &group)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }

  private func check(
    _ method: ConformalMethod, _ golden: LogitCase, _ expected: GoldenJSON, _ path: String,
    _ group: inout GoldenGroup
  ) throws {
    let count = golden.set.sampleCount
    let calibration = try ConformalCalibration(
      golden.set, rows: Array(0..<count / 2), methods: [method], uniforms: golden.uniforms)
    let rows = Array(count / 2..<count)
    let labels = try #require(golden.set.labels)
    for (key, values) in expected.members {
      let place = "\(path).\(key)"
      let prefix = "class_conditional_"
      let isClassConditional = key.hasPrefix(prefix)
      let alpha = try #require(
        Double(isClassConditional ? String(key.dropFirst(prefix.count)) : key))
      let predictor = try calibration.predictor(
        alpha: alpha, isClassConditional: isClassConditional)
      let report = try ConformalReport(
        sets: predictor.predictionSets(for: golden.set, rows: rows, uniforms: golden.uniforms),
        labels: rows.map { labels[$0] }, alpha: alpha, classCount: calibration.classCount)
      for (leaf, value) in values.members {
        let leafPath = "\(place).\(leaf)"
        switch leaf {
        case "qhat":
          for (index, quantile) in (value.array ?? [value]).enumerated() {
            group.check(
              path: value.array == nil ? leafPath : "\(leafPath).\(index)",
              expected: quantile.number ?? .nan, actual: predictor.quantiles[index],
              tolerance: 1e-6)
          }
        case "coverage":
          group.check(
            path: leafPath, expected: value.number ?? .nan, actual: report.coverage,
            tolerance: 1e-12
          )
        case "mean_size":
          group.check(
            path: leafPath, expected: value.number ?? .nan, actual: report.meanSize,
            tolerance: 1e-12
          )
        case "empty":
          group.check(
            path: leafPath, expected: value.number ?? .nan, actual: report.emptyRate,
            tolerance: 1e-12)
        default: group.fail(path: leafPath, "no such value")
        }
      }
    }
  }
}
