import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct BootstrapTests {
  @Test func `weighted sweeps agree with the reference`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases bootstrap", file: "metric_cases.json")
    for example in try MetricCase.all() {
      let list = BootstrapList(
        confidences: example.confidences.map(Double.init), isCorrect: example.isCorrect)
      for (row, expected) in (example.expected["bootstrap"]?.array ?? []).enumerated() {
        let path = "\(example.name).bootstrap.\(row)"
        guard example.bootstrapCounts.indices.contains(row) else {
          group.fail(path: path, "there are no weights for it")
          continue
        }
        let weights = example.bootstrapCounts[row]
        let metrics = try list.metrics(weights: weights)
        group.check(
          path: "\(path).n", expected: expected["n"]?.number ?? -1,
          actual: Double(weights.reduce(0) { $0 + Int($1) }), tolerance: 0)
        for (key, id) in [("auroc", "auroc"), ("aurc_tie_expected", "aurc"), ("augrc", "augrc")] {
          group.check(
            path: "\(path).\(key)", expected: expected[key]?.number ?? .nan,
            actual: metrics[id] ?? .nan, tolerance: 1e-12)
        }
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5] as [UInt64])
  func `a weighted sweep is the metric of the repeated samples`(seed: UInt64) throws {
    let samples = Samples(
      count: [1, 2, 7, 60, 400, 1000][Int(seed)], levels: seed % 2 == 0 ? 0 : 20, seed: seed)
    var settings = MetricSettings()
    settings.accuracies = [0.5, 0.7, 0.75, 0.8, 1]
    settings.sacMinimumCount = seed == 4 ? 30 : 0
    settings.coverages = [1, 0.001, 0.5]
    settings.risks = [0.3, 0.2]
    let rows = samples.confidences.indices.map { Double($0 * $0 % 17) }
    let list = BootstrapList(
      confidences: samples.confidences, isCorrect: samples.isCorrect, columns: ["nll": rows])
    for replicate in 0..<20 {
      let weights = BootstrapWeights(
        scheme: replicate % 2 == 0 ? .multinomial : .poisson, seed: seed
      )
      .weights(replicate: replicate, count: samples.count)
      let found = try list.metrics(weights: weights, settings: settings)
      let repeated = zip(samples.confidences.indices, weights).flatMap {
        Array(repeating: $0, count: Int($1))
      }
      if repeated.isEmpty {
        #expect(found.isEmpty)
        continue
      }
      let outcomes = try Samples(
        repeated.map { samples.confidences[$0] }, repeated.map { samples.isCorrect[$0] }
      ).outcomes
      for descriptor in MetricDescriptor<ScoredOutcomes>.all(settings)
      where descriptor.cost == .cheap {
        let expected = descriptor.make().valueOrNaN(for: outcomes)
        let actual = found[descriptor.id] ?? .nan
        #expect(
          (expected.isNaN && actual.isNaN) || abs(expected - actual) < 1e-11,
          "\(descriptor.id) of \(repeated.count)")
      }
      let mean = repeated.reduce(0) { $0 + rows[$1] } / Double(repeated.count)
      #expect(abs(mean - (found["nll"] ?? .nan)) < 1e-11)
    }
  }

  @Test func `multinomial resamples have exactly the size of the data`() {
    for count in [1, 2, 3, 100, 1001] {
      for replicate in 0..<5 {
        let weights = BootstrapWeights().weights(replicate: replicate, count: count)
        #expect(weights.reduce(0) { $0 + Int($1) } == count)
      }
    }
  }

  @Test func `Poisson weights have mean and variance 1`() {
    let weights = BootstrapWeights(scheme: .poisson, seed: 3)
      .weights(replicate: 0, count: 200_000).map(Double.init)
    let mean = weights.reduce(0, +) / 200_000
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200_000
    // Standard errors are 0.0022 and 0.0039.
    #expect(abs(mean - 1) < 0.01 && abs(variance - 1) < 0.02)
    #expect(weights.max() ?? 0 >= 6)
  }

  @Test func `resamples depend on seed and number alone`() {
    let generator = BootstrapWeights(seed: 7)
    #expect(
      generator.weights(replicate: 5, count: 99) == generator.weights(replicate: 5, count: 99))
    #expect(
      generator.weights(replicate: 5, count: 99) != generator.weights(replicate: 6, count: 99))
    #expect(
      generator.weights(replicate: 5, count: 99)
        != BootstrapWeights(seed: 8).weights(replicate: 5, count: 99))
  }

  @Test func `the spread of accuracy is the binomial one`() throws {
    let samples = Samples(count: 2000, seed: 5)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    let result = try #require(try Bootstrap(replicates: 2000).run([list]).first)
    let interval = try #require(result.interval("accuracy"))
    let accuracy = 1 - Double(samples.errorCount) / 2000
    let error = (accuracy * (1 - accuracy) / 2000).squareRoot()
    #expect(abs(interval.low - (accuracy - 1.96 * error)) < 0.2 * error)
    #expect(abs(interval.high - (accuracy + 1.96 * error)) < 0.2 * error)
  }

  @Test func `lists are resampled together`() throws {
    let samples = Samples(count: 300, levels: 30, seed: 8)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    // A monotone transform ranks alike, so every resampled difference is exactly 0.
    let other = BootstrapList(
      confidences: samples.confidences.map { $0 * $0 * $0 }, isCorrect: samples.isCorrect)
    let results = try Bootstrap(replicates: 100).run([list, other])
    let difference = try #require(results[1].difference("auroc", from: results[0]))
    #expect(difference.estimate == 0 && difference.interval.bounds == [0, 0])
    #expect(difference.pValue == 1)
    let single = try Bootstrap(replicates: 100).run([other])
    #expect(single[0].replicates("aurc") == results[1].replicates("aurc"))
    #expect(single[0].replicates("aurc").count == 100)
    #expect(single[0].replicates("none").isEmpty && single[0].interval("none") == nil)
  }

  @Test func `undefined resamples are left out and counted`() throws {
    let samples = Samples((0..<40).map { Double($0) / 40 }, (0..<40).map { $0 != 3 })
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    let result = try #require(try Bootstrap(replicates: 400).run([list]).first)
    let undefined = result.replicates("auroc").count { $0 == nil }
    #expect(result.interval("auroc")?.undefinedCount == undefined)
    // (1 − 1/40)⁴⁰ = 0.36 of 400.
    #expect(abs(undefined - 145) < 40)
    #expect(result.interval("accuracy")?.undefinedCount == 0)
  }

  @Test func `a metric without any value has no interval`() throws {
    let list = BootstrapList(confidences: [0.2, 0.7, 0.9], isCorrect: [true, true, true])
    let result = try #require(try Bootstrap(replicates: 50).run([list]).first)
    #expect(result.interval("auroc") == nil)
    #expect(result.interval("aurc")?.bounds == [0, 0])
  }

  @Test func `scores have no calibration intervals`() throws {
    let list = BootstrapList(confidences: [2, 7, -9, 4], isCorrect: [true, false, true, true])
    let result = try #require(try Bootstrap(replicates: 50).run([list]).first)
    #expect(!result.metricIDs.contains("ece") && result.binCount == 0)
    #expect(result.interval("auroc") != nil)
  }

  @Test func `costly metrics are computed on each resample`() throws {
    let samples = Samples(count: 200, levels: 40, seed: 9)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    let bootstrap = Bootstrap(replicates: 30, seed: 4)
    let result = try #require(
      try bootstrap.run([list], costly: [.eceEqualMass(), .auroc]).first)
    let values = result.replicates("ece_equal_mass")
    for replicate in 0..<30 {
      let weights = BootstrapWeights(seed: 4).weights(replicate: replicate, count: 200)
      let repeated = zip(samples.confidences.indices, weights).flatMap {
        Array(repeating: $0, count: Int($1))
      }
      let outcomes = try Samples(
        repeated.map { samples.confidences[$0] }, repeated.map { samples.isCorrect[$0] }
      ).outcomes
      let expected = try ECE(binning: .equalMass).value(for: outcomes)
      #expect(abs(expected - (values[replicate] ?? .nan)) < 1e-12)
    }
  }

  @Test func `bins of the reliability diagram have intervals`() throws {
    let samples = Samples(count: 3000, seed: 10)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    let result = try #require(
      try Bootstrap(replicates: 500).run([list], costly: [.eceEqualMass()]).first)
    let bins = try EqualWidthBins(count: 15).filled(with: samples.outcomes)
    #expect(result.binCount == 15)
    for (index, bin) in bins.enumerated() {
      let interval = try #require(result.binAccuracyInterval(index))
      let error = (bin.accuracy * (1 - bin.accuracy) / bin.count).squareRoot()
      #expect(interval.low < bin.accuracy && bin.accuracy < interval.high)
      #expect(abs((interval.high - interval.low) / (2 * 1.96 * error) - 1) < 0.25)
    }
  }

  @Test func `BCa follows its formula`() throws {
    let samples = Samples(count: 60, seed: 11)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    let result = try #require(
      try Bootstrap(replicates: 999, seed: 2, interval: .bca).run([list]).first)
    let interval = try #require(result.interval("auroc"))
    let replicates = result.replicates("auroc").compactMap { $0 }.sorted()
    let estimate = try AUROC().value(for: samples.outcomes)
    let parts = try samples.confidences.indices.map { left in
      var rest = samples
      rest.confidences.remove(at: left)
      rest.isCorrect.remove(at: left)
      return try AUROC().value(for: rest.outcomes)
    }
    let mean = parts.reduce(0, +) / 60
    let squares = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let cubes = parts.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    let below = replicates.count { $0 < estimate }
    let equal = replicates.count { $0 == estimate }
    let bias = NormalDistribution.quantile(
      (Double(below) + Double(equal) / 2) / Double(replicates.count))
    for (bound, tail) in [(interval.low, 0.025), (interval.high, 0.975)] {
      let shifted = bias + NormalDistribution.quantile(tail)
      let share = NormalDistribution.cumulative(bias + shifted / (1 - acceleration * shifted))
      let position = share * Double(replicates.count - 1)
      let index = Int(position)
      let expected =
        replicates[index]
        + (position - Double(index)) * (replicates[index + 1] - replicates[index])
      #expect(abs(bound - expected) < 1e-12)
    }
  }

  @Test func `the first violation is resampled too`() throws {
    let samples = Samples(count: 80, levels: 20, seed: 13)
    let list = BootstrapList(confidences: samples.confidences, isCorrect: samples.isCorrect)
    var settings = MetricSettings()
    settings.sacRule = .firstViolation
    settings.accuracies = [0.5]
    let result = try #require(try Bootstrap(replicates: 20).run([list], settings: settings).first)
    let weights = BootstrapWeights().weights(replicate: 3, count: 80)
    let repeated = zip(samples.confidences.indices, weights).flatMap {
      Array(repeating: $0, count: Int($1))
    }
    let outcomes = try Samples(
      repeated.map { samples.confidences[$0] }, repeated.map { samples.isCorrect[$0] }
    ).outcomes
    let expected = try SAC(accuracy: 0.5, rule: .firstViolation).value(for: outcomes)
    #expect(result.replicates("sac_0.5")[3] == expected)
  }

  @Test func `impossible settings throw`() throws {
    let list = BootstrapList(confidences: [0.2, 0.7], isCorrect: [true, false])
    #expect(
      throws: MetricError.invalidSetting(name: "replicates", value: 0, allowed: "at least 1")
    ) { try Bootstrap(replicates: 0).run([list]) }
    #expect(
      throws: MetricError.invalidSetting(name: "level", value: 1, allowed: "between 0 and 1")
    ) { try Bootstrap(level: 1).run([list]) }
    var settings = MetricSettings()
    settings.binCount = 0
    #expect(throws: MetricError.invalidSetting(name: "bins", value: 0, allowed: "at least 1")) {
      try Bootstrap().run([list], settings: settings)
    }
    for descriptor in MetricDescriptor<ScoredOutcomes>.all(settings)
    where descriptor.id.hasPrefix("ece_l2") {
      #expect(throws: MetricError.invalidSetting(name: "bins", value: 0, allowed: "at least 1")) {
        try descriptor.make().value(
          for: ScoredOutcomes(confidences: list.confidences, isCorrect: list.isCorrect))
      }
    }
    #expect(try Bootstrap().run([]).isEmpty)
  }

  @Test func `bad lists throw the exact error`() {
    let notFinite = BootstrapList(confidences: [0.1, .nan], isCorrect: [true, false])
    #expect(throws: MetricError.notFinite(row: 1)) { try Bootstrap().run([notFinite]) }
    let empty = BootstrapList(confidences: [], isCorrect: [])
    #expect(throws: MetricError.noSamples) { try Bootstrap().run([empty]) }
  }
}
