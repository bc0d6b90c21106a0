import CredenceMetrics
import Foundation
import Testing

@Suite struct CorruptionErrorsTests {
  private let reference = try? CorruptionReference(
    CorruptionErrors(clean: 0.4, corrupted: ["fog": [0.5, 0.7], "snow": [0.6, 1]]),
    name: "reference", source: "test")

  @Test func `the example of hand calculation holds`() throws {
    let reference = try #require(reference)
    let errors = CorruptionErrors(clean: 0.2, corrupted: ["fog": [0.2, 0.4], "snow": [0.4, 0.8]])
    // fog 0.6 / 1.2 and (0.6 - 0.4) / (1.2 - 0.8); snow 1.2 / 1.6 and (1.2 - 0.4) / (1.6 - 0.8).
    #expect(try abs(errors.corruptionError("fog", against: reference) - 0.5) < 1e-12)
    #expect(try abs(errors.meanCorruptionError(against: reference) - 0.625) < 1e-12)
    #expect(try abs(errors.relativeCorruptionError("fog", against: reference) - 0.5) < 1e-12)
    #expect(try abs(errors.relativeMeanCorruptionError(against: reference) - 0.75) < 1e-12)
  }

  @Test func `a reference measured against itself is 1`() throws {
    var random = RandomSource(seed: 4)
    var rates: [String: [Double]] = [:]
    for name in ["a", "b", "c", "d"] {
      rates[name] = (0..<5).map { _ in Double.random(in: 0.3...1, using: &random) }
    }
    let errors = CorruptionErrors(clean: 0.25, corrupted: rates)
    let reference = try CorruptionReference(errors, name: "itself", source: "test")
    #expect(try abs(errors.meanCorruptionError(against: reference) - 1) < 1e-12)
    #expect(try abs(errors.relativeMeanCorruptionError(against: reference) - 1) < 1e-12)
  }

  @Test func `the published ResNet-50 has the published mean corruption error`() throws {
    // The paper's table, per cent in the order of the corruptions there.
    let published = [
      "gaussian_noise": 80, "shot_noise": 82, "impulse_noise": 83, "defocus_blur": 75,
      "glass_blur": 89, "motion_blur": 78, "zoom_blur": 80, "snow": 78, "frost": 75, "fog": 66,
      "brightness": 57, "contrast": 71, "elastic_transform": 85, "pixelate": 77,
      "jpeg_compression": 77,
    ]
    let reference = CorruptionReference.alexNet
    #expect(reference.corruptions == published.keys.sorted())
    var errors = CorruptionErrors(clean: 0.239, corrupted: [:])
    for (corruption, percent) in published {
      let rate = try Double(percent) / 100 * reference.meanError(of: corruption)
      errors.corrupted[corruption] = [Double](repeating: rate, count: 5)
    }
    // 76.7 in the paper; the entries are rounded to whole per cents.
    #expect(try abs(errors.meanCorruptionError(against: reference) - 0.767) < 0.005)
    #expect(try errors.relativeMeanCorruptionError(against: reference) > 1)
  }

  @Test func `corruptions beyond the reference's do not count`() throws {
    let reference = try #require(reference)
    var errors = CorruptionErrors(clean: 0.2, corrupted: ["fog": [0.2, 0.4], "snow": [0.4, 0.8]])
    let mean = try errors.meanCorruptionError(against: reference)
    errors.corrupted["spatter"] = [1, 1]
    #expect(try errors.meanCorruptionError(against: reference) == mean)
  }

  @Test func `values survive JSON`() throws {
    let reference = CorruptionReference.alexNet
    let data = try JSONEncoder().encode(reference)
    #expect(try JSONDecoder().decode(CorruptionReference.self, from: data) == reference)
  }

  @Test func `a mean over part of the corruptions is refused`() throws {
    let reference = try #require(reference)
    let errors = CorruptionErrors(clean: 0.2, corrupted: ["fog": [0.2, 0.4]])
    #expect(throws: MetricError.unavailable("there are no error rates under snow")) {
      try errors.meanCorruptionError(against: reference)
    }
  }

  @Test func `other severities than the reference's are refused`() throws {
    let errors = CorruptionErrors(clean: 0.2, corrupted: ["fog": [0.2, 0.4, 0.5]])
    #expect(
      throws: MetricError.unavailable("there are 3 severities of fog, but 5 of AlexNet")
    ) {
      try errors.corruptionError("fog", against: .alexNet)
    }
  }

  @Test func `undefined quotients are refused`() throws {
    let errors = CorruptionErrors(clean: 0, corrupted: ["fog": [0, 0]])
    let perfect = try CorruptionReference(errors, name: "perfect", source: "test")
    #expect(throws: MetricError.unavailable("perfect makes no errors under fog")) {
      try errors.corruptionError("fog", against: perfect)
    }
    #expect(throws: MetricError.unavailable("fog does not raise the error rate of perfect")) {
      try errors.relativeCorruptionError("fog", against: perfect)
    }
  }

  @Test(arguments: [-0.1, 1.5, .nan]) func `rates that are no fractions are refused`(
    rate: Double
  ) throws {
    let errors = CorruptionErrors(clean: 0.2, corrupted: ["fog": [rate, 0.4]])
    #expect(throws: MetricError.self) { try errors.meanError(of: "fog") }
    #expect(throws: MetricError.self) {
      try CorruptionReference(errors, name: "reference", source: "test")
    }
  }

  @Test func `a reference needs corruptions of equally many severities`() {
    #expect(throws: MetricError.noSamples) {
      try CorruptionReference(
        CorruptionErrors(clean: 0.2, corrupted: [:]), name: "empty", source: "test")
    }
    #expect(throws: MetricError.self) {
      try CorruptionReference(
        CorruptionErrors(clean: 0.2, corrupted: ["fog": [0.3], "snow": [0.3, 0.4]]),
        name: "uneven", source: "test")
    }
  }
}
