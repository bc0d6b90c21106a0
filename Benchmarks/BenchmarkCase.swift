import Foundation

/// One comparison of Credence with the program that users run today.
struct BenchmarkCase: Sendable {
  let id: String
  let title: String
  /// How many times faster the other program's median must be beaten.
  let target: Double
  /// Makes the data, and returns what is timed.
  let prepare: @Sendable (_ folder: URL) throws -> Contest

  /// Two ways to the same result.
  struct Contest {
    let credence: () throws -> Measurement
    let reference: () throws -> Measurement
  }
}

/// What one run took.
struct Measurement: Codable {
  var seconds: Double
  /// Resident memory at its largest, mapped pages included; 0 where it was not measured.
  var peakBytes = 0
  /// What shows that both computed the same.
  var values: [String: Double] = [:]
}

/// The result of a case, as it is printed and written.
struct BenchmarkResult: Codable {
  var id: String
  var title: String
  var target: Double
  var credence: [Measurement]
  var reference: [Measurement]

  /// Reference median over Credence median.
  var speedup: Double { Self.median(reference) / Self.median(credence) }

  /// Processor time and memory of both, where they were measured.
  var ratios: String {
    var text = ""
    for (key, title) in [
      ("processor_seconds", "processor time"),
      ("process_processor_seconds", "processor time of the process"),
      ("process_seconds", "time of the process"),
    ] {
      let pair = [reference, credence].map { Self.median($0, key) }
      if pair[0] > 0, pair[1] > 0 {
        text += String(
          format: "; %@ %.2f / %.2f s = %.1f", title, pair[0], pair[1], pair[0] / pair[1])
      }
    }
    let peaks = [reference, credence].map { $0.map(\.peakBytes).max() ?? 0 }
    if peaks[0] > 0, peaks[1] > 0 {
      text += String(
        format: "; peak memory %d / %d MiB = %.1f", peaks[0] >> 20, peaks[1] >> 20,
        Double(peaks[0]) / Double(peaks[1]))
    }
    return text
  }

  /// The median of a value, or 0 where a run lacks it.
  private static func median(_ runs: [Measurement], _ key: String) -> Double {
    let found = runs.compactMap { $0.values[key] }
    return found.count == runs.count ? median(found.map { Measurement(seconds: $0) }) : 0
  }

  static func median(_ runs: [Measurement]) -> Double {
    let sorted = runs.map(\.seconds).sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  static func range(_ runs: [Measurement]) -> String {
    let sorted = runs.map(\.seconds).sorted()
    guard let first = sorted.first, let last = sorted.last else { return "" }
    return String(format: "%.3f (%.3f–%.3f) s", median(runs), first, last)
  }
}
