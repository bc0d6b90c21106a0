import CredenceCalibration
import CredencePredictions
import Foundation
import GoldenSupport
import Testing

@Suite struct Galil2023TemperatureTests {
  @Test func `the recipe stops where the published program stops`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits temperature of the original", file: LogitCase.file)
    for golden in try LogitCase.all() {
      guard let original = golden.expected["original"] else { continue }
      let single = try Galil2023Temperature.fit(golden.set)
      let double = try Galil2023Temperature.fit(golden.set, precision: .float64)
      let eceBefore = try Self.ece(golden.set, temperature: 1)
      let eceAfter = try Self.ece(golden.set, temperature: single.temperature)
      let path = golden.name + ".original."
      func check(_ key: String, _ actual: Double, relative: Double = 0, absolute: Double = 0) {
        guard let expected = original[key]?.number else { return }
        group.check(
          path: path + key, expected: expected, actual: actual,
          tolerance: absolute + relative * abs(expected))
      }
      check("temperature_lbfgs_float32", single.temperature, relative: 2e-4)
      check("temperature_lbfgs_float64", double.temperature, relative: 1e-9)
      check("nll_T1", single.lossBefore, absolute: 2e-6)
      check("nll_at_T", single.lossAfter, absolute: 2e-6)
      check("ece_T1", eceBefore, absolute: 2e-6)
      check("ece_at_T", eceAfter, absolute: 2e-6)
      let lines = single.printedLines(eceBefore: eceBefore, eceAfter: eceAfter)
      for (index, line) in (original["printed_lines"]?.array ?? []).enumerated() {
        group.check(
          path: "\(path)printed_lines.\(index)", expected: line.text ?? "", actual: lines[index])
      }
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }

  /// The 15-bin calibration error in the most obvious way, with edges rounded to float32.
  static func ece(_ set: PredictionSet, temperature: Double) throws -> Double {
    let top = try TopLabels(set, temperature: temperature)
    let labels = try #require(set.labels)
    var sum = 0.0
    for bin in 0..<15 {
      let step = Float(1) / 15
      func edge(_ index: Int) -> Float {
        index < 8 ? Float(index) * step : 1 - Float(15 - index) * step
      }
      let rows = labels.indices.filter {
        Float(top.confidences[$0]) > edge(bin) && Float(top.confidences[$0]) <= edge(bin + 1)
      }
      let gap = rows.reduce(0.0) {
        $0 + top.confidences[$1] - (top.labels[$1] == labels[$1] ? 1 : 0)
      }
      sum += abs(gap)
    }
    return sum / Double(labels.count)
  }

  /// What PyTorch 2.13.0 finds on sets of `RandomSource.calibratedSet`: AVX-512, one thread, torch.optim.LBFGS as published.
  struct Run: Sendable {
    let seed: UInt64
    let samples: Int
    let classes: Int
    let temperature: Double
    let spread: Double
    let found: Double
    let evaluations: Int
  }

  static let runs = [
    Run(
      seed: 3, samples: 1_000, classes: 20, temperature: 2, spread: 2,
      found: 2.067222833633423, evaluations: 506),
    Run(
      seed: 1, samples: 200, classes: 5, temperature: 0.3, spread: 0.5,
      found: 0.2785472571849823, evaluations: 3_574),
    Run(
      seed: 0, samples: 200, classes: 5, temperature: 0.3, spread: 0.5,
      found: -174.70555114746094, evaluations: 2_680),
    Run(
      seed: 4, samples: 777, classes: 33, temperature: 0.5, spread: 1,
      found: -15.490519523620605, evaluations: 381),
  ]

  @Test(arguments: runs) func `every step agrees with PyTorch, also where it leaps away`(run: Run)
    throws
  {
    var random = RandomSource(seed: run.seed)
    let set = try random.calibratedSet(
      samples: run.samples, classes: run.classes, temperature: run.temperature,
      spread: run.spread)
    let fit = try Galil2023Temperature.fit(set)
    #expect(fit.temperature == run.found && fit.evaluations == run.evaluations)
    #expect(fit.warning == (run.found > 0 ? nil : .notPositive))
  }

  @Test func `no data set goes without a warning where the temperature is wrong`() throws {
    // All predictions are right, so the optimum is the smallest temperature there is; the recipe leaps away.
    let set = try PredictionSet(
      .logits(Matrix(rows: [[2, 0], [0, 3], [1, 0]])), labels: [0, 1, 0])
    #expect(try Galil2023Temperature.fit(set).warning != nil)
  }
}
