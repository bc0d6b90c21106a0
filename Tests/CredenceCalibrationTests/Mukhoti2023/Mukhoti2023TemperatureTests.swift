import CredenceCalibration
import CredencePredictions
import Foundation
import GoldenSupport
import Testing

@Suite struct Mukhoti2023TemperatureTests {
  @Test func `the published grid search is reproduced`() throws {
    let golden = GoldenSet("ddu")
    let arrays = try Safetensors(golden.data("scores.safetensors"), file: "scores.safetensors")
    let json = try golden.json("scores.json")
    var group = GoldenGroup(set: "ddu", name: "grid temperature", file: "scores.json")
    for (index, value) in (json["grid_temperature_values"]?.array ?? []).enumerated() {
      group.check(
        path: "grid_temperature_values.\(index)", expected: value.number ?? .nan,
        actual: Mukhoti2023Temperature.grid[index], tolerance: 0)
    }
    let found = try arrays["cal_logits"]?.matrix()
    let logits = try #require(found)
    let labels = try #require(arrays["cal_labels"]?.integers()).map { Int32($0) }
    for (key, expected) in json["grid_temperature"]?.members ?? [] {
      // `x<factor>|<criterion>`: the logits times the factor.
      let parts = key.dropFirst().split(separator: "|")
      let factor = try #require(Float(parts[0]))
      let criterion = try #require(Mukhoti2023Temperature.Criterion(rawValue: String(parts[1])))
      var scratch: [Float] = []
      let scaled = logits.withRows(0..<logits.rowCount, scratch: &scratch) { rows in
        rows.map { $0 * factor }
      }
      let fit = try Mukhoti2023Temperature.fit(
        PredictionSet(.logits(Matrix(scaled, columnCount: logits.columnCount)), labels: labels),
        criterion: criterion)
      let path = "grid_temperature.\(key)"
      group.check(
        path: path + ".temperature", expected: expected["temperature"]?.number ?? .nan,
        actual: fit.temperature, tolerance: 0)
      for (line, text) in (expected["printed"]?.array ?? []).enumerated() {
        group.check(
          path: path + ".printed.\(line)", expected: text.text ?? "",
          actual: fit.printedLines[line])
      }
    }
    group.finish()
    #expect(group.failures.isEmpty, "\(group.failures)")
  }
}
