import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct ECETests {
  @Test func `binned errors agree with the reference to 1e-9`() throws {
    var group = GoldenGroup(
      set: "selective", name: "metric_cases reference, calibration", file: "metric_cases.json")
    for example in try MetricCase.all() {
      let outcomes = try example.outcomes()
      let confidences = example.confidences.map(Double.init)
      for (key, expected) in example.expected["reference"]?.members ?? [] {
        let path = "\(example.name).reference.\(key)"
        let parts = key.split(separator: "_")
        guard let expected = expected.number, let binCount = parts.last.flatMap({ Int($0) }),
          ["ece", "mce"].contains(parts[0])
        else { continue }
        let norm: CalibrationNorm =
          parts[0] == "mce" ? .maximum : parts.contains("l2") ? .rootMeanSquare : .mean
        // The reference cuts equal-mass bins in file order.
        let bins =
          parts.contains("mass")
          ? try EqualMassBins(count: binCount).filled(
            confidences: confidences, isCorrect: example.isCorrect)
          : try EqualWidthBins(count: binCount).filled(with: outcomes)
        group.check(path: path, expected: expected, actual: norm.value(of: bins), tolerance: 1e-9)
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `a plain loop over samples finds the same`(seed: UInt64) throws {
    let samples = Samples(count: 200 + Int(seed) * 17, levels: seed % 2 == 0 ? 0 : 25, seed: seed)
    let binCount = 3 + Int(seed)
    let edges = EqualWidthBins(count: binCount).edges.map(Double.init)
    var members = [[Int]](repeating: [], count: binCount)
    for (row, confidence) in samples.confidences.enumerated() {
      let bin = edges.dropFirst().firstIndex { confidence <= $0 } ?? binCount
      members[bin - 1].append(row)
    }
    var (mean, squares, largest) = (0.0, 0.0, 0.0)
    for rows in members where !rows.isEmpty {
      let size = Double(rows.count)
      let confidence = rows.reduce(0) { $0 + samples.confidences[$1] } / size
      let accuracy = Double(rows.count { samples.isCorrect[$0] }) / size
      let gap = abs(confidence - accuracy)
      mean += size * gap
      squares += size * gap * gap
      largest = max(largest, gap)
    }
    let outcomes = try samples.outcomes
    let total = Double(samples.count)
    #expect(abs(try ECE(binCount: binCount).value(for: outcomes) - mean / total) < 1e-12)
    let root = (squares / total).squareRoot()
    #expect(
      abs(try ECE(binCount: binCount, norm: .rootMeanSquare).value(for: outcomes) - root) < 1e-12)
    #expect(abs(try ECE(binCount: binCount, norm: .maximum).value(for: outcomes) - largest) < 1e-12)
  }

  @Test func `confidence 1 belongs to the last bin`() throws {
    // Elsewhere a hidden extra bin makes this 0.525.
    let outcomes = try ScoredOutcomes(
      confidences: [1, 0.95], isCorrect: [false, true])
    #expect(abs(try ECE(binCount: 10).value(for: outcomes) - 0.475) < 1e-12)
  }

  @Test func `the most confident bin counts`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.99, 0.99, 0.5, 0.5], isCorrect: [false, false, true, false])
    #expect(abs(try ECE().value(for: outcomes) - 0.495) < 1e-12)
  }

  @Test func `ten million terms lose nothing`() throws {
    // One group repeated: the exact value is |0.7 − 0.6|, where 32-bit sums are off by 1e-4.
    let count = 10_000_000
    let outcomes = try ScoredOutcomes(
      confidences: [Float](repeating: 0.7, count: count), isCorrect: (0..<count).map { $0 % 5 < 3 })
    #expect(abs(try ECE().value(for: outcomes) - (Double(Float(0.7)) - 0.6)) < 1e-12)
  }

  @Test func `tie groups are shared evenly by equal-mass bins`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0.5, 0.5, 0.5, 0.5], isCorrect: [true, true, false, false])
    for binCount in 1...6 {
      #expect(try ECE(binCount: binCount, binning: .equalMass).value(for: outcomes) == 0)
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `equal-mass bins are the mean over orders of ties`(seed: UInt64) throws {
    let samples = Samples(count: 40, levels: 6, seed: seed)
    let shared = try EqualMassBins(count: 7).filled(with: samples.outcomes)
    var correct = [Double](repeating: 0, count: 7)
    for shuffle in 0..<2000 {
      let shuffled = samples.shuffled(seed: UInt64(shuffle))
      let bins = try EqualMassBins(count: 7).filled(
        confidences: shuffled.confidences, isCorrect: shuffled.isCorrect)
      for index in bins.indices { correct[index] += bins[index].correct / 2000 }
      #expect(zip(bins, shared).allSatisfy { $0.count == $1.count && $0.upper == $1.upper })
      #expect(zip(bins, shared).allSatisfy { abs($0.confidenceSum - $1.confidenceSum) < 1e-12 })
    }
    // A standard error is below 0.03.
    #expect(zip(correct, shared).allSatisfy { abs($0 - $1.correct) < 0.12 })
  }

  @Test func `the debiased error removes what chance makes`() throws {
    var debiased = 0.0
    var plain = 0.0
    for seed in 0..<20 as Range<UInt64> {
      var random = RandomSource(seed: seed)
      let confidences = (0..<600).map { _ in Double.random(in: 0...1, using: &random) }
      let isCorrect = confidences.map { Double.random(in: 0...1, using: &random) < $0 }
      let outcomes = try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
      debiased += try ECE(norm: .debiased).value(for: outcomes) / 20
      plain += try ECE(norm: .rootMeanSquare).value(for: outcomes) / 20
    }
    #expect(debiased < plain / 2)
  }

  @Test func `the top-label Brier score is the mean square`() throws {
    let samples = Samples(count: 500, levels: 30, seed: 1)
    let expected =
      zip(samples.confidences, samples.isCorrect).reduce(0) {
        $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0))
      } / 500
    #expect(abs(try TopLabelBrier().value(for: samples.outcomes) - expected) < 1e-14)
  }
}
