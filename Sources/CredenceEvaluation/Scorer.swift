import CredenceMetrics
public import CredencePredictions
import Foundation

/// Measures how far the predictions of one model can be trusted.
///
/// ```swift
/// let report = try Scorer().report([ScoredSet(set)])
/// print(report.entries[0].row.metrics["auroc"] ?? .nan)
/// ```
public struct Scorer: Sendable {
  public var settings: ScoreSettings

  /// A scorer.
  ///
  /// - Parameter settings: Which confidences and metrics, which temperature, which intervals.
  public init(settings: ScoreSettings = ScoreSettings()) { self.settings = settings }

  /// Scores several sets.
  ///
  /// - Parameter sets: One per model and data set.
  /// - Returns: Rows in the order of the sets, then of confidence functions, before and after the temperature.
  /// - Throws: `EvaluationError`, `PredictionError` or `MetricError` of the first set that can't be scored.
  public func report(_ sets: [ScoredSet]) throws -> ScoreReport {
    var report = ScoreReport(entries: [], columns: columns)
    for set in sets {
      let part = try score(set)
      report.entries += part.entries
      report.warnings += part.warnings.map { sets.count > 1 ? "\(set.name): \($0)" : $0 }
    }
    return report
  }

  /// Scores one set.
  ///
  /// - Parameter scored: The set and its file's name.
  /// - Returns: One entry per confidence function and rescaling, and what the user should know.
  /// - Throws: `EvaluationError`, `PredictionError` or `MetricError`.
  public func score(_ scored: ScoredSet) throws -> (entries: [ScoreEntry], warnings: [String]) {
    let (lists, plain, warnings) = try plainEntries(scored)
    var entries = plain
    if settings.bootstrap.replicates > 0 {
      let results = try resamples(lists)
      let wanted = Set(columnsWithIntervals)
      for index in entries.indices {
        entries[index].addIntervals(results[index], of: lists[index], metrics: wanted)
      }
      if settings.bootstrap.includesCostlyMetrics {
        try addCostlyIntervals(&entries, of: lists)
      }
    }
    return (entries, warnings)
  }

  /// The lists of a set and their rows, without intervals.
  func lists(_ scored: ScoredSet) throws -> (
    lists: [ScoredList], rows: [ResultRow], warnings: [String]
  ) {
    let (lists, entries, warnings) = try plainEntries(scored)
    return (lists, entries.map(\.row), warnings)
  }

  private func plainEntries(_ scored: ScoredSet) throws -> ([ScoredList], [ScoreEntry], [String]) {
    try checkSettings()
    var builder = try ScoredListBuilder(scored.set, settings: settings, file: scored.name)
    let lists = try builder.lists()
    return (lists, try lists.map { try entry($0, of: scored) }, builder.warnings)
  }

  /// The metrics of the rows, in the order in which they are shown.
  public var columns: [MetricColumn] {
    let top = MetricDescriptor<ScoredOutcomes>.all(settings.metrics).filter { isWanted($0) }
      .map { MetricColumn($0) }
    let proper = MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics).filter {
      isWanted($0)
    }
    .map { MetricColumn($0) }
    // Top-5 accuracy belongs beside accuracy.
    return Array(top.prefix(1) + proper.prefix(1) + top.dropFirst() + proper.dropFirst())
  }

  private func checkSettings() throws {
    let known =
      MetricDescriptor<ScoredOutcomes>.all(settings.metrics).map(\.id)
      + MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics).map(\.id)
    for id in settings.requestedMetrics where !known.contains(id) {
      throw EvaluationError.unknownMetric(name: id, known: known)
    }
    if case .crossFitted(let folds) = settings.temperature, !(2...100).contains(folds) {
      throw EvaluationError.invalidSetting(
        name: "The number of folds", value: "\(folds)", allowed: "from 2 to 100")
    }
    guard (1...1000).contains(settings.metrics.binCount) else {
      throw EvaluationError.invalidSetting(
        name: "The number of bins", value: "\(settings.metrics.binCount)", allowed: "from 1 to 1000"
      )
    }
    let fractions =
      settings.metrics.accuracies + settings.metrics.coverages + settings.metrics.risks
    if let bad = fractions.first(where: { !(0...1).contains($0) }) {
      throw EvaluationError.invalidSetting(
        name: "An accuracy, coverage or risk", value: "\(bad)", allowed: "a fraction from 0 to 1")
    }
    guard (0...1_000_000).contains(settings.bootstrap.replicates) else {
      throw EvaluationError.invalidSetting(
        name: "The number of resamples", value: "\(settings.bootstrap.replicates)",
        allowed: "from 0 to 1,000,000")
    }
  }

  private func isWanted<Input>(_ metric: MetricDescriptor<Input>) -> Bool {
    metric.cost < .onRequest || settings.requestedMetrics.contains(metric.id)
  }

  // MARK: - One list

  private func entry(_ list: ScoredList, of scored: ScoredSet) throws -> ScoreEntry {
    let metadata = scored.set.metadata
    var row = ResultRow(
      model: metadata.model.isEmpty ? scored.name : metadata.model, file: scored.file,
      dataset: metadata.dataset, split: metadata.split.isEmpty ? "all" : metadata.split,
      samples: list.rows.count, classes: scored.set.classCount ?? 0, confidence: list.confidence,
      rescaling: list.rescaling, parameters: list.parameters)
    let ranked = try ScoredOutcomes(confidences: list.rankingScores, isCorrect: list.isCorrect)
    let outcomes = try ScoredOutcomes(confidences: list.confidences, isCorrect: list.isCorrect)
    for metric in MetricDescriptor<ScoredOutcomes>.ranking(settings.metrics)
    where isWanted(metric) { row.add(metric, .success(ranked)) }
    let calibration: Result<ScoredOutcomes, MetricError> =
      list.isProbability
      ? .success(outcomes)
      : .failure(
        .unavailable("‘\(list.confidence)’ does not estimate the probability of being right"))
    for metric in MetricDescriptor<ScoredOutcomes>.calibration(settings.metrics)
    where isWanted(metric) { row.add(metric, calibration) }
    for metric in MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics)
    where isWanted(metric) { row.add(metric, list.probabilities) }
    // Some means of samples are known without all probabilities, such as top-5 accuracy of the five largest.
    for (id, values) in list.sampleMeans where row.unavailable[id] != nil {
      row.unavailable[id] = nil
      row.metrics[id] = values.reduce(0, +) / Double(values.count)
    }
    return ScoreEntry(
      row: row,
      diagnostics: try Diagnostics(
        outcomes, ranked: ranked, list: list, binCount: settings.metrics.binCount,
        classNames: metadata.classNames))
  }

  private func hasInterval<Input>(_ metric: MetricDescriptor<Input>) -> Bool {
    isWanted(metric) && (metric.cost == .cheap || settings.bootstrap.includesCostlyMetrics)
  }

  private var columnsWithIntervals: [String] {
    MetricDescriptor<ScoredOutcomes>.all(settings.metrics).filter(hasInterval).map(\.id)
      + MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics).filter(hasInterval).map(\.id)
  }

  /// Intervals of the metrics that need a pass over all probabilities for every resample.
  private func addCostlyIntervals(_ entries: inout [ScoreEntry], of lists: [ScoredList]) throws {
    let metrics = MetricDescriptor<ProbabilisticOutcomes>.all(settings.metrics)
      .filter { isWanted($0) && $0.cost > .cheap }
    var intervalsOf: [String: [String: [Double]]] = [:]
    for index in entries.indices {
      guard case .success(let outcomes) = lists[index].probabilities else { continue }
      // All confidence functions share the probabilities of a rescaling.
      let rescaling = lists[index].rescaling
      if intervalsOf[rescaling] == nil {
        var replicates = [[Double]](repeating: [], count: metrics.count)
        let weights = BootstrapWeights(seed: settings.seed)
        for replicate in 0..<settings.bootstrap.replicates {
          let sample = try outcomes.resampled(
            weights.weights(replicate: replicate, count: outcomes.rows.count))
          for (position, metric) in metrics.enumerated() {
            replicates[position].append((try? metric.make().value(for: sample)) ?? .nan)
          }
        }
        var intervals: [String: [Double]] = [:]
        for (metric, values) in zip(metrics, replicates) {
          intervals[metric.id] =
            BootstrapInterval(replicates: values, level: settings.bootstrap.level)?.bounds
        }
        intervalsOf[rescaling] = intervals
      }
      for (id, interval) in intervalsOf[rescaling] ?? [:]
      where entries[index].row.metrics[id] != nil { entries[index].row.intervals[id] = interval }
    }
  }

  private func resamples(_ lists: [ScoredList]) throws -> [BootstrapResult] {
    let costly =
      settings.bootstrap.includesCostlyMetrics
      ? MetricDescriptor<ScoredOutcomes>.all(settings.metrics).filter {
        isWanted($0) && $0.cost == .costlyInterval
      } : []
    return try Bootstrap(
      replicates: settings.bootstrap.replicates, seed: settings.seed,
      level: settings.bootstrap.level
    ).run(lists.map(\.bootstrapList), settings: settings.metrics, costly: costly)
  }
}

/// Predictions to be scored, and where they come from.
public struct ScoredSet: Sendable {
  public var set: PredictionSet
  /// The file, as the user named it; empty for a set made in memory.
  public var file: String

  public init(_ set: PredictionSet, file: String = "") {
    self.set = set
    self.file = file
  }

  /// What messages call it.
  public var name: String {
    if !file.isEmpty { return file }
    return set.metadata.model.isEmpty ? "predictions" : set.metadata.model
  }
}

extension ScoreEntry {
  /// Writes the intervals of metrics that have a value.
  fileprivate mutating func addIntervals(
    _ result: BootstrapResult, of list: ScoredList, metrics: Set<String>
  ) {
    for id in result.metricIDs where row.metrics[id] != nil && metrics.contains(id) {
      if let interval = result.interval(id) { row.intervals[id] = interval.bounds }
    }
    guard list.isProbability, result.binCount == diagnostics.reliability.count else { return }
    for bin in 0..<result.binCount where diagnostics.reliability[bin].count > 0 {
      diagnostics.reliability[bin].accuracyInterval = result.binAccuracyInterval(bin)?.bounds ?? []
    }
  }
}

extension ResultRow {
  /// Computes a metric, or writes down why it has no value.
  fileprivate mutating func add<Input>(
    _ metric: MetricDescriptor<Input>, _ input: Result<Input, MetricError>
  ) {
    definitions[metric.id] = metric.definition
    do {
      metrics[metric.id] = try metric.make().value(for: input.get())
    } catch {
      unavailable[metric.id] = error.localizedDescription
    }
  }
}

extension MetricColumn {
  fileprivate init<Input>(_ metric: MetricDescriptor<Input>) {
    self.init(
      id: metric.id, title: metric.title, direction: metric.direction,
      definition: metric.definition, source: metric.source)
  }
}
