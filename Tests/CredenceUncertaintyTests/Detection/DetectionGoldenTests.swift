import CredenceUncertainty
import Foundation
import GoldenSupport
import Testing

@Suite struct DetectionGoldenTests {
  struct Case: Decodable {
    let method: String
    let settings: [String: Double]
    let values: [Double]
  }

  private struct File: Decodable {
    let cases: [String: Case]
  }

  @Test func `every method agrees with its formula in double precision`() throws {
    let file = try JSONDecoder().decode(File.self, from: GoldenSet("detection").data("scores.json"))
    let problem = try DetectionProblem()
    let training = try problem.training()
    for (name, example) in file.cases.sorted(by: { $0.key < $1.key }) {
      let values = try problem.scores(example.method, example.settings, training: training)
      #expect(values.count == example.values.count)
      // Products of 24 features and their exponentials in single precision.
      let scale = example.values.reduce(1e-3) { max($0, abs($1)) }
      for (row, pair) in zip(values, example.values).enumerated() {
        #expect(
          abs(pair.0 - pair.1) <= 2e-5 * max(scale, abs(pair.1)),
          "\(name), row \(row): \(pair.0), not \(pair.1)")
      }
    }
    let known = Set(file.cases.values.map(\.method))
    // Densities and ensembles have golden values of their own, and ODIN needs a network.
    let others: Set = ["ddu", "ensemble_entropy", "ensemble_mi", "odin"]
    #expect(known.union(others) == Set(DetectionDescriptor.all.map(\.id)))
  }
}
