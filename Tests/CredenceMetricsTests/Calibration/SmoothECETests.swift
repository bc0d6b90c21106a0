import CredenceMetrics
import Foundation
import GoldenSupport
import Testing

@Suite struct SmoothECETests {
  @Test func `it agrees with the reference on a fine grid`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases reference, smooth ECE", file: "metric_cases.json")
    for example in try MetricCase.all() {
      guard let expected = example.expected["reference"]?["smece"] else { continue }
      let path = "\(example.name).reference.smece"
      if let expected = expected.number {
        let actual = try SmoothECE().value(for: example.outcomes())
        group.check(path: path, expected: expected, actual: actual, tolerance: 2e-3)
      } else {
        group.skip(path: path, reason: "not computed by the reference")
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `it solves its equation, by direct integration`(seed: UInt64) throws {
    let samples = Samples(count: 60, levels: seed == 3 ? 5 : 0, seed: seed)
    let width = try SmoothECE().value(for: samples.outcomes)
    func kernel(_ t: Double, _ center: Double) -> Double {
      (-4...4).reduce(0) { sum, m in
        let (a, b) = (t - center - 2 * Double(m), t + center - 2 * Double(m))
        return sum + exp(-a * a / (2 * width * width)) + exp(-b * b / (2 * width * width))
      } / (width * (2 * Double.pi).squareRoot())
    }
    let points = 2000
    let integral = (0..<points).reduce(0.0) { sum, point in
      let t = (Double(point) + 0.5) / Double(points)
      let smoothed = zip(samples.confidences, samples.isCorrect).reduce(0.0) {
        $0 + (($1.1 ? 1 : 0) - $1.0) * kernel(t, $1.0)
      }
      return sum + abs(smoothed / Double(samples.count)) / Double(points)
    }
    #expect(abs(integral - width) < 1e-5)
  }

  @Test func `a calibrated constant has no error`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [Double](repeating: 0.5, count: 100), isCorrect: (0..<100).map { $0 % 2 == 0 })
    #expect(try SmoothECE().value(for: outcomes) < 1e-8)
  }

  @Test func `the ends of the interval are ordinary`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.0, 1, 0, 1], isCorrect: [true, false, true, false])
    #expect(try SmoothECE().value(for: outcomes) > 0.3)
    let right = try ScoredOutcomes(
      confidences: [0.0, 1, 0, 1], isCorrect: [false, true, false, true])
    #expect(try SmoothECE().value(for: right) < 1e-8)
  }

  @Test func `scores are refused`() {
    #expect(throws: MetricError.notProbabilities(3)) {
      try SmoothECE().value(for: ScoredOutcomes(confidences: [3, 0.5], isCorrect: [true, false]))
    }
  }
}
