import CredenceMetrics
import GoldenSupport

/// A case of the golden metric file: its samples in file order and the expected numbers.
struct MetricCase: Sendable {
  let name: String
  let confidences: [Float]
  let isCorrect: [Bool]
  let expected: GoldenJSON
  /// Bootstrap weights, `[resamples, samples]`; empty where the case has none.
  let bootstrapCounts: [[UInt8]]

  func outcomes() throws -> ScoredOutcomes {
    try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
  }

  /// Every case of the file, found by its keys.
  static func all() throws -> [MetricCase] {
    let golden = GoldenSet("selective")
    let tensors = try golden.tensors("metric_cases.safetensors")
    return try golden.json("metric_cases.json").members.map { name, expected in
      let confidences = try tensors.floats("\(name).confidence")
      let countsName = "\(name).bootstrap_counts"
      let counts = tensors.contains(countsName) ? try tensors.bytes(countsName) : []
      return MetricCase(
        name: name, confidences: confidences,
        isCorrect: try tensors.bytes("\(name).correct").map { $0 != 0 }, expected: expected,
        bootstrapCounts: stride(from: 0, to: counts.count, by: confidences.count).map {
          Array(counts[$0..<$0 + confidences.count])
        })
    }
  }
}

extension Metric {
  /// The value as the golden files write it: NaN where it is undefined.
  func valueOrNaN(for input: Input) -> Double { (try? value(for: input)) ?? .nan }
}
