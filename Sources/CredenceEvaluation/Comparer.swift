import CredenceMetrics
import CredencePredictions
import Foundation

/// The settings of `credence compare`; the defaults are the command's.
public struct ComparisonSettings: Codable, Hashable, Sendable {
  /// How each model is scored; one confidence function.
  public var score = ScoreSettings()
  /// Whether models are compared after a cross-fitted temperature.
  public var usesTemperature = false
  /// Ids of the metrics whose differences are tested.
  public var metrics = [
    "accuracy", "auroc", "aurc", "e_aurc", "augrc", "sac_0.95", "sac_0.99", "risk_at_0.8", "ece",
    "nll", "brier",
  ]
  /// Below this adjusted p-value two models count as different.
  public var significance = 0.05
  /// Samples of confident disagreement that are listed per pair of models.
  public var disagreementCount = 20

  public init() {}
}

/// Tells which of several models is better on the same samples, and whether that is more than noise.
public struct Comparer: Sendable {
  public var settings: ComparisonSettings

  /// A comparer.
  ///
  /// - Parameter settings: What is compared, and when a difference counts.
  public init(settings: ComparisonSettings = ComparisonSettings()) { self.settings = settings }

  /// Compares sets of the same samples.
  ///
  /// - Parameter sets: One per model; matched by sample names where all have them, else by row with equal labels.
  /// - Returns: Metrics and ranks, tests of every pair, classes and samples where models disagree.
  /// - Throws: `EvaluationError.tooFewModels` or `differentSamples`; what scoring a set throws.
  public func compare(_ sets: [ScoredSet]) throws -> ComparisonReport {
    guard sets.count >= 2 else { throw EvaluationError.tooFewModels(sets.count) }
    let known = Scorer(settings: settings.score).columns
    for id in settings.metrics where !known.contains(where: { $0.id == id }) {
      throw EvaluationError.unknownMetric(name: id, known: known.map(\.id))
    }
    let alignment = try SampleAlignment(sets)
    var warnings: [String] = []
    var scoreSettings = settings.score
    scoreSettings.bootstrap.replicates = 0
    if !settings.usesTemperature { scoreSettings.temperature = .off }
    let names = Self.uniqueNames(sets)

    var lists: [ScoredList] = []
    var rows: [ResultRow] = []
    for (index, set) in sets.enumerated() {
      let scored = try Scorer(settings: scoreSettings).lists(set)
      warnings += scored.warnings.map { "\(names[index]): \($0)" }
      let wanted = settings.usesTemperature ? "temperature" : "none"
      guard
        let position = scored.lists.lastIndex(where: { $0.rescaling == wanted })
          ?? scored.lists.indices.first
      else { continue }
      rows.append(scored.rows[position])
      lists.append(alignment.aligned(scored.lists[position], set: index))
    }
    let results = try Bootstrap(
      replicates: max(settings.score.bootstrap.replicates, 100), seed: settings.score.seed,
      level: settings.score.bootstrap.level
    ).run(lists.map(\.bootstrapList), settings: settings.score.metrics)

    let columns = known.filter { column in
      settings.metrics.contains(column.id) && rows.contains { $0.metrics[column.id] != nil }
    }
    let pairs = columns.flatMap {
      self.pairs($0.id, names: names, rows: rows, lists: lists, results: results)
    }
    let report = ComparisonReport(
      samples: lists[0].rows.count, matching: alignment.matching,
      models: models(names, sets: sets, rows: rows, results: results, columns: columns),
      pairs: pairs,
      rankings: columns.compactMap {
        ranking($0, names: names, results: results, pairs: pairs)
      },
      classes: classes(names: names, lists: lists, set: sets[0]),
      disagreements: disagreements(names: names, lists: lists, set: sets[0].set),
      columns: columns, warnings: warnings)
    return report
  }

  /// The models' names; where two are equal, the files'.
  private static func uniqueNames(_ sets: [ScoredSet]) -> [String] {
    let models = sets.map { $0.set.metadata.model.isEmpty ? $0.name : $0.set.metadata.model }
    let names = Set(models).count == models.count ? models : sets.map(\.name)
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      let count = seen[name] ?? 1
      return count == 1 ? name : "\(name) (\(count))"
    }
  }

  private func models(
    _ names: [String], sets: [ScoredSet], rows: [ResultRow], results: [BootstrapResult],
    columns: [MetricColumn]
  ) -> [ComparedModel] {
    var ranks = [[String: Double]](repeating: [:], count: names.count)
    for column in columns {
      let values = rows.map { $0.metrics[column.id] }
      let defined = values.compactMap { $0 }
      guard defined.count == values.count else { continue }
      for (index, rank) in Ranks.averaged(defined, direction: column.direction).enumerated() {
        ranks[index][column.id] = rank
      }
    }
    return names.indices.map { index in
      var intervals: [String: [Double]] = [:]
      for column in columns where rows[index].metrics[column.id] != nil {
        intervals[column.id] = results[index].interval(column.id)?.bounds
      }
      let wanted = Set(settings.metrics)
      return ComparedModel(
        model: names[index], file: sets[index].file,
        metrics: rows[index].metrics.filter { wanted.contains($0.key) }, intervals: intervals,
        unavailable: rows[index].unavailable.filter { wanted.contains($0.key) },
        ranks: ranks[index])
    }
  }

  // MARK: - Pairs

  /// Every pair of models in one metric, with Holm's correction over them.
  private func pairs(
    _ id: String, names: [String], rows: [ResultRow], lists: [ScoredList],
    results: [BootstrapResult]
  ) -> [PairwiseComparison] {
    var pairs: [PairwiseComparison] = []
    for first in names.indices {
      for second in names.indices where second > first {
        guard let a = rows[first].metrics[id], let b = rows[second].metrics[id],
          let resampled = results[first].difference(id, from: results[second])
        else { continue }
        let (test, pValue) =
          test(id, lists[first], lists[second]) ?? ("bootstrap", resampled.pValue)
        pairs.append(
          PairwiseComparison(
            metric: id, first: names[first], second: names[second], difference: a - b,
            interval: resampled.interval.bounds, test: test, pValue: pValue, adjustedPValue: pValue)
        )
      }
    }
    let adjusted = HolmCorrection.adjusted(pairs.map(\.pValue))
    for index in pairs.indices { pairs[index].adjustedPValue = adjusted[index] }
    return pairs
  }

  /// The test made for a metric, where there is one.
  private func test(_ id: String, _ first: ScoredList, _ second: ScoredList) -> (String, Double)? {
    switch id {
    case "accuracy":
      return ("mcnemar", McNemar(first: first.isCorrect, second: second.isCorrect).pValue)
    case "auroc":
      let test = try? DeLong(
        first: (first.rankingScores, first.isCorrect),
        second: (second.rankingScores, second.isCorrect))
      return test.map { ("delong", $0.pValue) }
    default: return nil
    }
  }

  private func ranking(
    _ column: MetricColumn, names: [String], results: [BootstrapResult], pairs: [PairwiseComparison]
  ) -> RankDiagram? {
    let replicates = results.map { $0.replicates(column.id) }
    guard replicates.allSatisfy({ !$0.isEmpty }),
      let means = Ranks.means(replicates, direction: column.direction)
    else { return nil }
    let order = names.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    let sorted = order.map { names[$0] }
    let cliques = Ranks.cliques(names.count) { a, b in
      pairs.contains {
        $0.metric == column.id && $0.adjustedPValue < settings.significance
          && Set([$0.first, $0.second]) == Set([sorted[a], sorted[b]])
      }
    }
    return RankDiagram(
      metric: column.id, models: sorted, meanRanks: order.map { means[$0] },
      cliques: cliques.filter { $0.count > 1 }.map { Array(sorted[$0]) },
      significance: settings.significance)
  }

  // MARK: - Classes and samples

  /// Pairs of models that are shown class by class and sample by sample: all of a few, else each beside the most accurate.
  private func shownPairs(_ lists: [ScoredList]) -> [(Int, Int)] {
    if lists.count <= 4 {
      return lists.indices.flatMap { a in lists.indices.filter { $0 > a }.map { (a, $0) } }
    }
    let counts = lists.map { $0.isCorrect.count { $0 } }
    let best = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    return lists.indices.filter { $0 != best }.map { (best, $0) }
  }

  private func classes(names: [String], lists: [ScoredList], set: ScoredSet) -> [ClassComparison] {
    let classNames = set.set.metadata.classNames
    return shownPairs(lists).flatMap { first, second in
      var byClass: [Int: ClassComparison] = [:]
      for (index, label) in lists[first].labels.enumerated() {
        let key = Int(label)
        var entry =
          byClass[key]
          ?? ClassComparison(
            index: key, name: key < classNames.count ? classNames[key] : String(key),
            first: names[first], second: names[second], samples: 0, wins: 0, losses: 0)
        entry.samples += 1
        let (a, b) = (lists[first].isCorrect[index], lists[second].isCorrect[index])
        if a && !b { entry.wins += 1 }
        if b && !a { entry.losses += 1 }
        byClass[key] = entry
      }
      return byClass.values.sorted { $0.index < $1.index }
    }
  }

  private func disagreements(
    names: [String], lists: [ScoredList], set: PredictionSet
  ) -> [Disagreement] {
    shownPairs(lists).flatMap { first, second -> [Disagreement] in
      let (one, two) = (lists[first], lists[second])
      let differing = one.predictions.indices.filter { one.predictions[$0] != two.predictions[$0] }
      let sorted = differing.sorted {
        (min(one.confidences[$0], two.confidences[$0]), $1)
          > (min(one.confidences[$1], two.confidences[$1]), $0)
      }
      return sorted.prefix(settings.disagreementCount).map { index in
        let row = Int(one.rows[index])
        return Disagreement(
          row: row, sampleID: set.sampleIDs?[row] ?? "", label: Int(one.labels[index]),
          first: names[first], firstPrediction: Int(one.predictions[index]),
          firstConfidence: one.confidences[index], second: names[second],
          secondPrediction: Int(two.predictions[index]), secondConfidence: two.confidences[index])
      }
    }
  }
}

/// Which sample of each set is the same as which sample of the first.
private struct SampleAlignment {
  /// `sample-id` or `row`.
  let matching: String
  /// For each set, its row for every row of the first set; `nil` where rows correspond as they are.
  private let rows: [[Int32]?]

  init(_ sets: [ScoredSet]) throws {
    let first = sets[0]
    let ids = sets.compactMap(\.set.sampleIDs)
    for set in sets where set.set.sampleCount != first.set.sampleCount {
      throw EvaluationError.differentSamples(
        first: first.name, second: set.name,
        reason: "They hold \(first.set.sampleCount) and \(set.set.sampleCount) samples.")
    }
    if ids.count == sets.count {
      matching = "sample-id"
      let names = (0..<ids[0].count).map { ids[0][$0] }
      rows = try sets.indices.map { index in
        if index == 0 { return nil }
        var rowOf: [String: Int32] = Dictionary(minimumCapacity: names.count)
        for row in 0..<ids[index].count { rowOf[ids[index][row]] = Int32(row) }
        return try names.map { name in
          guard let row = rowOf[name] else {
            throw EvaluationError.differentSamples(
              first: first.name, second: sets[index].name,
              reason: "The second lacks the sample ‘\(name)’.")
          }
          return row
        }
      }
    } else {
      matching = "row"
      rows = sets.map { _ in nil }
    }
    for (index, set) in sets.enumerated().dropFirst() {
      guard let labels = first.set.labels, let others = set.set.labels else { continue }
      if let row = labels.indices.first(where: {
        labels[$0] != others[Int(rows[index]?[$0] ?? Int32($0))]
      }) {
        throw EvaluationError.differentSamples(
          first: first.name, second: set.name,
          reason:
            "Row \(row) of the first has label \(labels[row]), the same sample of the second another one."
        )
      }
    }
  }

  /// A list in the order of the first set's rows.
  func aligned(_ list: ScoredList, set: Int) -> ScoredList {
    guard let rows = rows[set] else { return list }
    var positionOf: [Int32: Int] = Dictionary(minimumCapacity: list.rows.count)
    for (position, row) in list.rows.enumerated() { positionOf[row] = position }
    let order = rows.compactMap { positionOf[$0] }
    return list.reordered(order)
  }
}
