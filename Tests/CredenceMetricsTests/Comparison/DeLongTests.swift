import CredenceMetrics
import Testing

@Suite struct DeLongTests {
  /// Two score lists with something in common.
  private static func models(seed: UInt64, sameLabels: Bool, levels: Double = 1e9) -> (
    Samples, Samples
  ) {
    let first = Samples(count: 150, seed: seed)
    var random = RandomSource(seed: seed + 1000)
    var second = first
    second.confidences = first.confidences.map {
      (($0 + Double.random(in: 0...1, using: &random)) / 2 * levels).rounded() / levels
    }
    if !sameLabels {
      second.isCorrect = first.isCorrect.map {
        Double.random(in: 0...1, using: &random) < 0.2 ? !$0 : $0
      }
    }
    return (first, second)
  }

  private static func delong(_ first: Samples, _ second: Samples) throws -> DeLong {
    try DeLong(
      first: (first.confidences, first.isCorrect), second: (second.confidences, second.isCorrect))
  }

  /// The share of pairs ordered rightly, per positive and per negative sample, by looking at every pair.
  private static func components(_ samples: Samples) -> [Double] {
    samples.confidences.indices.map { i in
      let others = samples.confidences.indices.filter {
        samples.isCorrect[$0] != samples.isCorrect[i]
      }
      let sum = others.reduce(0.0) { sum, j in
        let (own, other) = (samples.confidences[i], samples.confidences[j])
        if own == other { return sum + 0.5 }
        return sum + ((own > other) == samples.isCorrect[i] ? 1 : 0)
      }
      return sum / Double(others.count)
    }
  }

  @Test(arguments: [(1, 1e9), (2, 1e9), (3, 10), (4, 4)] as [(UInt64, Double)])
  func `with shared labels it is DeLong's covariance`(seed: UInt64, levels: Double) throws {
    let (first, second) = Self.models(seed: seed, sameLabels: true, levels: levels)
    let test = try Self.delong(first, second)
    let (a, b) = (Self.components(first), Self.components(second))
    func covariance(_ x: [Double], _ y: [Double], of kind: Bool) -> Double {
      let rows = x.indices.filter { first.isCorrect[$0] == kind }
      let count = Double(rows.count)
      let (meanX, meanY) = (
        rows.reduce(0) { $0 + x[$1] } / count, rows.reduce(0) { $0 + y[$1] } / count
      )
      return rows.reduce(0) { $0 + (x[$1] - meanX) * (y[$1] - meanY) } / (count - 1) / count
    }
    func total(_ x: [Double], _ y: [Double]) -> Double {
      covariance(x, y, of: true) + covariance(x, y, of: false)
    }
    let variance = total(a, a) + total(b, b) - 2 * total(a, b)
    #expect(abs(test.differenceError - variance.squareRoot()) < 1e-12)
    #expect(abs(test.firstError - total(a, a).squareRoot()) < 1e-12)
    #expect(abs(test.first - (try AUROC().value(for: first.outcomes))) < 1e-15)
    let z = test.difference / variance.squareRoot()
    #expect(abs(test.pValue - NormalDistribution.twoSidedTail(z)) < 1e-9)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `with labels of their own it agrees with the bootstrap`(seed: UInt64) throws {
    let (first, second) = Self.models(seed: seed, sameLabels: false)
    let test = try Self.delong(first, second)
    let results = try Bootstrap(replicates: 4000).run(
      [first, second].map { BootstrapList(confidences: $0.confidences, isCorrect: $0.isCorrect) })
    let differences = zip(results[0].replicates("auroc"), results[1].replicates("auroc"))
      .compactMap { one, two in one.flatMap { one in two.map { one - $0 } } }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let variance =
      differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count)
    // The bootstrap's own error is about 1 %; the rest is second order in 1/N.
    #expect(abs(test.differenceError / variance.squareRoot() - 1) < 0.06)
  }

  @Test func `a model does not differ from itself`() throws {
    let samples = Samples(count: 90, seed: 3)
    let test = try Self.delong(samples, samples)
    #expect(test.difference == 0 && test.differenceError == 0 && test.pValue == 1)
    #expect(test.interval() == [0, 0])
  }

  @Test func `exchanging the models changes the sign alone`() throws {
    let (first, second) = Self.models(seed: 9, sameLabels: false)
    let (test, exchanged) = (try Self.delong(first, second), try Self.delong(second, first))
    #expect(test.difference == -exchanged.difference && test.pValue == exchanged.pValue)
    let interval = test.interval(level: 0.9)
    #expect(abs(interval[0] + interval[1] - 2 * test.difference) < 1e-15)
    #expect(abs((interval[1] - interval[0]) / test.differenceError - 2 * 1.6448536269514722) < 1e-9)
  }

  @Test func `undefined areas throw`() {
    let perfect = Samples([0.1, 0.2, 0.3], [true, true, true])
    #expect(throws: MetricError.noErrors) { try Self.delong(perfect, perfect) }
    let single = Samples([0.1, 0.2, 0.3], [false, true, true])
    #expect(throws: MetricError.tooFewSamples(needed: 2, found: 1)) {
      try Self.delong(single, single)
    }
  }
}
