import CredenceCalibration
import CredenceMetrics
import GoldenSupport
import Testing

@Suite struct CalibratorGoldenTests {
  @Test func `isotonic regression and histogram binning agree with the reference`() throws {
    let file = "calibrators.json"
    let folder = GoldenSet("selective")
    let golden = try folder.json(file)
    let tensors = try folder.tensors("metric_cases.safetensors")
    let outcomes = try ScoredOutcomes(
      confidences: tensors.floats("random_1000.confidence"),
      isCorrect: tensors.bytes("random_1000.correct").map { $0 == 1 })
    var group = GoldenGroup(set: "selective", name: "calibrators", file: file)

    let isotonic = IsotonicRegression(outcomes)
    let queries = golden["isotonic_query"]?.array ?? []
    for (index, value) in (golden["isotonic_value"]?.array ?? []).enumerated() {
      group.skip(path: "isotonic_query.\(index)", reason: "the input")
      group.check(
        path: "isotonic_value.\(index)", expected: value.number ?? .nan,
        actual: isotonic.calibrated(queries[index].number ?? .nan), tolerance: 1e-9)
    }

    let key = "histogram_binning_15_bin_accuracy"
    let binning = try HistogramBinning(outcomes, binCount: 15, binning: .equalWidth)
    for (index, value) in (golden[key]?.array ?? []).enumerated() {
      // null stands for an empty bin, which Credence gives its center.
      let center = (binning.edges[index] + binning.edges[index + 1]) / 2
      group.check(
        path: "\(key).\(index)", expected: value.number ?? center,
        actual: binning.values[index], tolerance: 1e-9)
    }
    group.finish()
    #expect(group.failures.isEmpty)
  }
}
