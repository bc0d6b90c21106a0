public import CredenceCalibration
import CredenceMetrics
import CredencePredictions

/// Applies a fitted policy to predictions and measures what it does there.
public struct PolicyEvaluator: Sendable {
  public var settings: ScoreSettings

  /// An evaluator.
  ///
  /// - Parameter settings: How the changed predictions are scored; temperatures come from the policy alone.
  public init(settings: ScoreSettings = ScoreSettings()) {
    self.settings = settings
    self.settings.temperature = .off
  }

  /// Applies a policy.
  ///
  /// - Parameters:
  ///   - policy: Fitted on other samples of the same model.
  ///   - scored: The predictions.
  ///   - checksModel: Whether predictions of a model with another name are refused.
  /// - Returns: What the policy made of them, and rows with its results beside the metrics of the changed predictions; the metrics
  ///   need labels.
  /// - Throws: `CalibrationError` where policy and predictions do not fit; what scoring throws.
  public func apply(
    _ policy: Policy, to scored: ScoredSet, checksModel: Bool = true
  ) throws -> (applied: AppliedPolicy, report: ScoreReport) {
    let applied = try policy.apply(to: scored.set, checksModel: checksModel)
    let changed = ScoredSet(applied.set, file: scored.file)
    var report = ScoreReport(entries: [], columns: [])
    if applied.set.labels?.contains(where: { $0 >= 0 }) ?? false {
      let scorer = Scorer(settings: settings)
      report = try scorer.report([changed])
    } else {
      let metadata = applied.set.metadata
      report.entries = [
        ScoreEntry(
          row: ResultRow(
            model: metadata.model.isEmpty ? scored.name : metadata.model, file: scored.file,
            dataset: metadata.dataset, split: metadata.split.isEmpty ? "all" : metadata.split,
            samples: applied.set.sampleCount, classes: applied.set.classCount ?? 0),
          diagnostics: Diagnostics())
      ]
      report.warnings.append(
        "There are no labels, so that only the policy's own counts are reported.")
    }
    let summary = applied.summary.sorted { $0.key < $1.key }
    let columns = summary.map { id, _ in
      MetricColumn(
        id: "policy_\(id)", title: Self.title(id),
        direction: Self.isLowerBetter(id) ? .lowerIsBetter : .higherIsBetter,
        definition: policy.definition, source: "")
    }
    report.columns = columns + report.columns
    for index in report.entries.indices {
      report.entries[index].row.rescaling = policy.kind
      for (id, value) in summary {
        if value.isFinite {
          report.entries[index].row.metrics["policy_\(id)"] = value
        } else {
          report.entries[index].row.unavailable["policy_\(id)"] = "it is not finite"
        }
        report.entries[index].row.definitions["policy_\(id)"] = policy.definition
      }
    }
    return (applied, report)
  }

  private static func isLowerBetter(_ id: String) -> Bool {
    ["risk", "size", "gap", "rate"].contains { id.contains($0) }
  }

  /// `mean_set_size` as “Mean set size”.
  private static func title(_ id: String) -> String {
    let words = id.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
