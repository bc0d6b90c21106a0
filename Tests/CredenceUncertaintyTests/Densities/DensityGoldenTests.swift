import CredenceCalibration
import CredencePredictions
import CredenceTensor
import CredenceUncertainty
import Foundation
import GoldenSupport
import Testing

/// One case of `gmm.json` with its arrays.
private struct GaussianCase {
  let name: String
  let expected: GoldenJSON
  let embeddings: Matrix
  let labels: [Int32]
  let query: Matrix
  private let arrays: Safetensors

  static func all() throws -> [Self] {
    let golden = GoldenSet("ddu")
    let arrays = try Safetensors(golden.data("gmm.safetensors"), file: "gmm.safetensors")
    return try golden.json("gmm.json").members.map { name, expected in
      func matrix(_ part: String) throws -> Matrix {
        let matrix = try arrays["\(name).\(part)"]?.matrix()
        return try #require(matrix)
      }
      return Self(
        name: name, expected: expected, embeddings: try matrix("embeddings"),
        labels: try #require(arrays["\(name).labels"]?.integers()).map { Int32($0) },
        query: try matrix("query"), arrays: arrays)
    }
  }

  func doubles(_ part: String) throws -> [Double] {
    try #require(arrays["\(name).\(part)"]?.doubles())
  }
}

@Suite struct DensityGoldenTests {
  @Test func `the published ladder and its log densities are reproduced`() throws {
    for example in try GaussianCase.all() {
      var group = GoldenGroup(set: "ddu", name: "gmm \(example.name)", file: "gmm.json")
      let path = example.name + "."
      let density = try GaussianDensity.fit(
        example.embeddings, labels: example.labels, configuration: .published)
      func number(_ key: String) throws -> Double { try #require(example.expected[key]?.number) }

      group.check(
        path: path + "classes", expected: try number("classes"),
        actual: Double(density.classCount), tolerance: 0)
      group.check(
        path: path + "dim", expected: try number("dim"), actual: Double(density.dimension),
        tolerance: 0)
      group.check(
        path: path + "n", expected: try number("n"),
        actual: Double(density.counts.reduce(0, +)), tolerance: 0)
      let isWell = example.expected["log_prob_well_conditioned"] == .bool(true)
      // Where the covariance is singular, rounding decides about the decade.
      func decade(_ value: Double) -> Double { value == 0 ? 0 : log10(value) }
      for key in ["jitter", "jitter_as_float32_multiplier"] {
        let expected = try number(key)
        let rounded = key == "jitter" && density.jitters[0] > 0
        group.check(
          path: path + key, expected: isWell ? expected : decade(expected),
          actual: isWell
            ? density.jitters[0]
            : rounded ? decade(density.jitters[0]).rounded() : decade(density.jitters[0]),
          tolerance: isWell ? 0 : 1.001)
      }
      for key in [
        "log_prob_well_conditioned", "cholesky_ok_without_jitter", "max_condition_number",
      ] {
        group.skip(path: path + key, reason: "says how the others are compared")
      }

      let scoring = try DensityScoring(density)
      let found = try scoring.classLogDensities(of: example.query)
      let portable = try density.classLogDensities(of: example.query)
      #expect(found.allSatisfy { $0.isFinite })
      #expect(portable.allSatisfy { $0.isFinite })
      let means = try example.doubles("mean")
      let fitted = (0..<density.classCount).flatMap { density.means.row($0) }
      #expect(Self.largestDeviation(fitted, means) < 1e-12)
      if isWell {
        let expected = try example.doubles("log_prob_f64")
        #expect(Self.largestDeviation(found, expected, isRelative: true) < 1e-9)
        #expect(Self.largestDeviation(portable, expected, isRelative: true) < 1e-9)
        let scores = try scoring.scores(of: example.query)
        let sums = try example.doubles("density_logsumexp_f32")
        #expect(Self.largestDeviation(scores.logDensities, sums, isRelative: true) < 1e-6)
        let entropies = try example.doubles("entropy_f32")
        #expect(Self.largestDeviation(scores.entropies, entropies) < 2e-5)

        var weighted = density
        weighted.logPriors = try example.doubles("class_prior").map { log($0) }
        let withPrior = try DensityScoring(weighted).scores(of: example.query).logDensities
        let priorSums = try example.doubles("log_density_with_prior")
        #expect(Self.largestDeviation(withPrior, priorSums, isRelative: true) < 1e-6)
      }
      group.finish()
      #expect(group.failures.isEmpty, "\(group.failures)")
    }
  }

  private static func largestDeviation(
    _ a: [Double], _ b: [Double], isRelative: Bool = false
  ) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) / (isRelative ? max(abs($1), 1) : 1) }.max() ?? .infinity
  }
}
