import CredenceMetrics
import Foundation
import GoldenSupport
import Testing

@Suite struct KDEECETests {
  @Test func `it agrees with the reference at given bandwidths`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases reference, KDE-ECE", file: "metric_cases.json")
    for example in try MetricCase.all() {
      for (bandwidth, expected) in example.expected["reference"]?["kde_ece"]?.members ?? [] {
        let path = "\(example.name).reference.kde_ece.\(bandwidth)"
        let estimate = try KDEECE.estimate(
          for: example.outcomes(), bandwidth: Double(bandwidth) ?? 0)
        group.check(
          path: "\(path).l1", expected: expected["l1"]?.number ?? .nan, actual: estimate.error,
          tolerance: 1e-7)
        let likelihood = expected["loo_loglik"]?.number ?? .nan
        group.check(
          path: "\(path).loo_loglik", expected: likelihood, actual: estimate.logLikelihood,
          tolerance: 1e-7 * max(abs(likelihood), 1))
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test(
    arguments: [(1, 0, 1e-5), (2, 0, 1e-3), (3, 12, 0.05), (4, 12, 1e-4), (5, 0, 1)]
      as [(UInt64, Int, Double)])
  func `all pairs give the same as the relevant ones`(
    seed: UInt64, levels: Int, bandwidth: Double
  ) throws {
    let samples = Samples(count: 80, levels: levels, seed: seed)
    let confidences = samples.confidences.map { min(max($0, 1e-9), 1 - 1e-9) }
    var (error, likelihood) = (0.0, 0.0)
    for (j, x) in confidences.enumerated() {
      let exponents = confidences.indices.filter { $0 != j }.map { i -> (Double, Bool) in
        let (a, b) = (confidences[i] / bandwidth, (1 - confidences[i]) / bandwidth)
        let norm: Double = lgamma(a + b + 2) - lgamma(a + 1) - lgamma(b + 1)
        return (a * log(x) + b * log1p(-x) + norm, samples.isCorrect[i])
      }
      let largest = exponents.map(\.0).max() ?? 0
      let all = exponents.reduce(0) { $0 + exp($1.0 - largest) }
      let right = exponents.reduce(0) { $0 + ($1.1 ? exp($1.0 - largest) : 0) }
      error += abs(right / all - x) / 80
      likelihood += largest + log(all / 79)
    }
    let found = try KDEECE.estimate(for: samples.outcomes, bandwidth: bandwidth)
    #expect(abs(found.error - error) < 1e-11)
    #expect(abs(found.logLikelihood - likelihood) < 1e-11 * abs(likelihood))
  }

  @Test func `the likelihood chooses the bandwidth`() throws {
    let outcomes = try Samples(count: 300, seed: 6).outcomes
    let estimates = try KDEECE.candidates.map { try KDEECE.estimate(for: outcomes, bandwidth: $0) }
    let best = estimates.max { $0.logLikelihood < $1.logLikelihood }
    #expect(try KDEECE().value(for: outcomes) == best?.error)
    #expect(KDEECE.candidates.count == 20 && abs(KDEECE.candidates[14] - 0.1) < 1e-15)
  }

  @Test func `many samples are thinned evenly`() throws {
    let few = Samples(count: 2000, seed: 7)
    let many = Samples(
      few.confidences.flatMap { Array(repeating: $0, count: 20) },
      few.isCorrect.flatMap { Array(repeating: $0, count: 20) })
    let thinned = try KDEECE.estimate(for: many.outcomes, bandwidth: 0.05)
    let whole = try KDEECE.estimate(
      for: Samples(
        few.confidences.flatMap { Array(repeating: $0, count: 10) },
        few.isCorrect.flatMap { Array(repeating: $0, count: 10) }
      ).outcomes, bandwidth: 0.05)
    #expect(abs(thinned.error - whole.error) < 1e-12)
  }

  @Test func `two samples are needed`() {
    #expect(throws: MetricError.tooFewSamples(needed: 2, found: 1)) {
      try KDEECE().value(for: ScoredOutcomes(confidences: [0.5], isCorrect: [true]))
    }
  }
}

@Suite struct KDEECEStabilityTests {
  @Test func `confidences a rounding apart are summed without a crash`() throws {
    var random = SplitMix(state: 3)
    var confidences: [Double] = []
    for _ in 0..<100 {
      let value = 0.2 + 0.6 * Double(random.next() >> 11) * 0x1p-53
      confidences += [value, value.nextUp, value.nextUp.nextUp, value]
    }
    let outcomes = try ScoredOutcomes(
      confidences: confidences, isCorrect: confidences.indices.map { $0 % 3 != 0 })
    #expect((0...1).contains(try KDEECE().value(for: outcomes)))
  }

  private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
  }
}
