import CredenceCalibration
import CredencePredictions
import GoldenSupport
import Testing

@Suite struct TemperatureScalingGoldenTests {
  @Test func `the exact temperature agrees with the reference to 1e-7`() throws {
    var group = GoldenGroup(
      set: "selective", name: "logits reference, temperature", file: "logits.json")
    let golden = GoldenSet("selective")
    let tensors = try golden.tensors("logits.safetensors")
    for (name, expected) in try golden.json("logits.json").members {
      guard let reference = expected["reference"] else { continue }
      let columns = try tensors.shape("\(name).logits")[1]
      let set = try PredictionSet(
        .logits(Matrix(tensors.floats("\(name).logits"), columnCount: columns)),
        labels: tensors.int64s("\(name).labels").map { Int32($0) })
      let fit = try TemperatureScaling.fit(set)
      let temperature = reference["temperature_exact"]?.number ?? .nan
      group.check(
        path: "\(name).reference.temperature_exact", expected: temperature,
        actual: fit.temperature, tolerance: 1e-7 * temperature)
      group.check(
        path: "\(name).reference.nll_exactT", expected: reference["nll_exactT"]?.number ?? .nan,
        actual: fit.nll, tolerance: 1e-10)
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures.joined(separator: "\n"))")
  }
}
