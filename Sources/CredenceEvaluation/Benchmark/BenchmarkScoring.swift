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
    for (index, outcome) in outcomes.enumerated() {
      let file = outcome.result.file.relativePath
      reporter.stage("scoring \(index + 1) of \(outcomes.count): \(file)")
      do {
        let set = try prepared(
          PredictionReader.read(PredictionSource(outcome.result.file)).set, file: file)
        let (entries, warnings) = try scorer.score(ScoredSet(set, file: file))
        report.entries += entries
        report.warnings += warnings.map { outcomes.count > 1 ? "\(file): \($0)" : $0 }
      } catch {
        failures += 1
        reporter.failure(file, error)
      }
    }
    return (report, failures)
  }

  private func prepared(_ set: PredictionSet, file: String) throws -> PredictionSet {
    if let reassessed { return try reassessed.relabeling(set, file: file) }
    guard let validClasses else { return set }
    return try ClassSubset(contentsOf: validClasses, classNames: set.metadata.classNames)
      .restricting(set)
  }
}
