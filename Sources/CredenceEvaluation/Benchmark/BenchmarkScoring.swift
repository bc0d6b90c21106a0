import CredenceMetrics
import CredencePredictions
public import Foundation

/// Scores the predictions of a benchmark run.
public struct BenchmarkScoring {
  /// What the user learns on the way.
  public struct Reporter {
    public var stage: (String) -> Void = { _ in }
    /// A file that can't be scored.
    public var failure: (String, any Error) -> Void = { _, _ in }

    public init() {}
  }

  public var settings: ScoreSettings
  /// Several right classes for each image of ImageNet; `nil` for the data set's own labels.
  public var reassessed: ReassessedLabels?
  /// A file of the classes that the data has; `nil` for all of the network's.
  public var validClasses: URL?
  /// The model of this run that corruption errors are measured by; empty for the published AlexNet, where classes are ImageNet's.
  public var shiftReference = ""
  public var reporter = Reporter()

  public init(_ settings: ScoreSettings) { self.settings = settings }

  /// Scores every file that can be scored.
  ///
  /// - Parameter outcomes: What a run left behind.
  /// - Returns: The rows, in the run's order, and how many files failed.
  /// - Throws: `EvaluationError` for impossible settings.
  public func report(_ outcomes: [BenchmarkRun.Outcome]) throws -> (ScoreReport, failures: Int) {
    let scorer = Scorer(settings: settings)
    var report = ScoreReport(entries: [], columns: scorer.columns)
    var failures = 0
    var clean: [ShiftReport.Row] = []
    var shifted: [String: [ShiftReport.Row]] = [:]
    for (index, outcome) in outcomes.enumerated() {
      let file = outcome.result.file.relativePath
      reporter.stage("scoring \(index + 1) of \(outcomes.count): \(file)")
      do {
        let set = try prepared(
          PredictionReader.read(PredictionSource(outcome.result.file)).set, file: file)
        let (entries, warnings) = try scorer.score(ScoredSet(set, file: file))
        if let shift = outcome.dataset.shift {
          shifted[outcome.dataset.treeName, default: []] += entries.map {
            ShiftReport.Row(model: outcome.model, shift: shift, row: $0.row)
          }
        } else {
          clean += entries.map { ShiftReport.Row(model: outcome.model, shift: nil, row: $0.row) }
          report.entries += entries
        }
        report.warnings += warnings.map { outcomes.count > 1 ? "\(file): \($0)" : $0 }
      } catch {
        failures += 1
        reporter.failure(file, error)
      }
    }
    for (tree, rows) in shifted.sorted(by: { $0.key < $1.key }) {
      report.shifts.append(
        try ShiftReport(
          dataset: tree, rows: clean + rows, reference: reference(rows), columns: scorer.columns))
    }
    return (report, failures)
  }

  private func reference(_ rows: [ShiftReport.Row]) -> ShiftReport.Reference {
    if !shiftReference.isEmpty { return .model(shiftReference) }
    // The published errors are those of the 1,000 classes.
    return rows.allSatisfy { $0.row.classes == 1000 } ? .published(.alexNet) : .off
  }

  private func prepared(_ set: PredictionSet, file: String) throws -> PredictionSet {
    if let reassessed { return try reassessed.relabeling(set, file: file) }
    guard let validClasses else { return set }
    return try ClassSubset(contentsOf: validClasses, classNames: set.metadata.classNames)
      .restricting(set)
  }
}
