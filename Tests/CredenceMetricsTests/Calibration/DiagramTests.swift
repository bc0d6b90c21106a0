import CredenceMetrics
import Testing

@Suite struct DiagramTests {
  @Test func `a reliability diagram holds every sample`() throws {
    let samples = Samples(count: 500, seed: 1)
    for binning in ECE.Binning.allCases {
      let bins = try ReliabilityDiagram(samples.outcomes, binCount: 12, binning: binning).bins
      #expect(bins.count == 12)
      #expect(abs(bins.reduce(0) { $0 + $1.count } - 500) < 1e-9)
      #expect(abs(bins.reduce(0) { $0 + $1.correct } - Double(500 - samples.errorCount)) < 1e-9)
      #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.upper == $1.lower })
    }
  }

  @Test func `Wilson's interval of a bin`() {
    let bin = CalibrationBin(lower: 0, upper: 1, count: 10, correct: 8, confidenceSum: 7)
    // scipy: binomtest(8, 10).proportion_ci(method='wilson').
    #expect(abs(bin.accuracyInterval()[0] - 0.4901624715366418) < 1e-12)
    #expect(abs(bin.accuracyInterval()[1] - 0.9433178485456248) < 1e-12)
    let perfect = CalibrationBin(lower: 0, upper: 1, count: 5, correct: 5, confidenceSum: 4)
    #expect(perfect.accuracyInterval()[1] == 1)
    #expect(CalibrationBin(lower: 0, upper: 1).accuracyInterval() == [0, 1])
  }

  @Test func `a histogram of probabilities covers 0 to 1`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [0, 0.1, 0.25, 0.5, 1], isCorrect: [true, false, true, true, false])
    let bins = ConfidenceHistogram(outcomes, binCount: 4).bins
    #expect(bins.map(\.lower) == [0, 0.25, 0.5, 0.75] && bins.last?.upper == 1)
    #expect(bins.map(\.correct) == [2, 1, 0, 0] && bins.map(\.wrong) == [1, 0, 0, 1])
  }

  @Test func `a histogram of scores covers their range`() throws {
    let outcomes = try ScoredOutcomes(
      confidences: [-1e308, 0, 1e308], isCorrect: [true, false, true])
    let bins = ConfidenceHistogram(outcomes, binCount: 2).bins
    #expect(bins.map(\.correct) == [1, 1] && bins.map(\.wrong) == [1, 0])
    #expect(bins.map(\.upper) == [0, 1e308])
    let constant = try ScoredOutcomes(confidences: [7.0, 7], isCorrect: [true, false])
    #expect(ConfidenceHistogram(constant, binCount: 9).bins.count == 1)
  }
}
