import CredenceEvaluation
import CredenceMetrics

/// Reports with names and numbers that nobody would choose.
enum RandomReports {
  static func score(seed: UInt64) -> ScoreReport {
    var random = SplitMix(state: seed)
    let ids = SyntheticReports.columns.map(\.id) + ["unheard_of_metric_with_a_long_id_0.123456"]
    let subjects = (0..<Int.random(in: 1...4, using: &random)).map { _ in name(&random) }
    var entries: [ScoreEntry] = []
    for subject in subjects {
      for rescaling in ["none", "temperature", name(&random)].prefix(
        .random(in: 1...3, using: &random))
      {
        var row = ResultRow(
          model: subject, file: name(&random), dataset: name(&random), split: name(&random),
          samples: .random(in: 0...100_000_000, using: &random),
          classes: .random(in: 0...100_000, using: &random), confidence: name(&random),
          rescaling: rescaling)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          row.parameters[name(&random)] = number(&random)
        }
        for id in ids {
          if random.unit() < 0.7 {
            row.metrics[id] = number(&random)
          } else {
            row.unavailable[id] = name(&random)
          }
          if random.unit() < 0.5 { row.intervals[id] = [number(&random), number(&random)] }
          row.definitions[id] = name(&random)
        }
        entries.append(ScoreEntry(row: row, diagnostics: Diagnostics()))
      }
    }
    return ScoreReport(
      entries: entries, warnings: [name(&random)], columns: SyntheticReports.columns)
  }

  static func comparison(seed: UInt64) -> ComparisonReport {
    var random = SplitMix(state: seed)
    let models = (0..<Int.random(in: 2...6, using: &random)).map { "\($0)" + name(&random) }
    var report = SyntheticReports.comparison(models: models, classes: 3)
    for index in report.models.indices {
      report.models[index].metrics["nll"] = number(&random)
      report.models[index].unavailable["brier"] = name(&random)
    }
    report.warnings = [name(&random)]
    return report
  }

  /// The columns that a line takes; letters of these names take one, except for a wide few.
  static func width(_ line: Substring) -> Int {
    line.reduce(0) { $0 + (wide.contains($1) ? 2 : 1) }
  }

  private static let wide: Set<Character> = ["漢", "字", "🚀"]

  private static func name(_ random: inout SplitMix) -> String {
    let pieces = [
      "resnet", "vit_large_patch16", "/", " ", ",", "\"", "\n", "\r\n", "漢字", "🚀", "é", "e\u{301}",
      "\u{1B}[31m", "\u{202E}", "<script>", "&", "|", "a", "\t", "\0",
    ]
    let count = Int.random(in: 0...40, using: &random)
    return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  private static func number(_ random: inout SplitMix) -> Double {
    let numbers = [
      0, 1, 0.5, 0.123456789, 1e-12, 99.5, -3, 1e300, -1e-300, .infinity, -.infinity, .nan,
    ]
    return numbers.randomElement(using: &random) ?? 0
  }
}
