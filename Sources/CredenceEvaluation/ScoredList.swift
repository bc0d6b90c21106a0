import CredenceCalibration
package import CredenceMetrics
package import CredencePredictions
import Foundation

/// The decisions of one model on the evaluated samples, with one kind of confidence, after one rescaling.
package struct ScoredList: Sendable {
  package var confidence: String
  package var rescaling: String
  package var parameters: [String: Double]
  /// The row of the set of each evaluated sample, rising.
  package var rows: [Int32]
  package var labels: [Int32]
  package var predictions: [Int32]
  package var confidences: [Double]
  /// What ranks the samples: in the order of the confidences, finer where those saturate.
  package var rankingScores: [Double]
  package var isCorrect: [Bool]
  /// Whether the confidence estimates the probability of being right.
  package var isProbability: Bool
  /// The full probabilities, or why there are none.
  package var probabilities: Result<ProbabilisticOutcomes, MetricError>
  /// Numbers per sample whose mean is a metric, by its id.
  package var sampleMeans: [String: [Double]]

  package init(
    confidence: String, rescaling: String, parameters: [String: Double] = [:], rows: [Int32],
    labels: [Int32], predictions: [Int32], confidences: [Double],
    rankingScores: [Double]? = nil, isCorrect: [Bool],
    isProbability: Bool, probabilities: Result<ProbabilisticOutcomes, MetricError>
  ) {
    self.confidence = confidence
    self.rescaling = rescaling
    self.parameters = parameters
    self.rows = rows
    self.labels = labels
    self.predictions = predictions
    self.confidences = confidences
    self.rankingScores = rankingScores ?? confidences
    self.isCorrect = isCorrect
    self.isProbability = isProbability
    self.probabilities = probabilities
    sampleMeans = [:]
    if case .success(let outcomes) = probabilities {
      sampleMeans["nll"] = outcomes.nll
      sampleMeans["brier"] = outcomes.brier
      if outcomes.classwise.classCount >= 5 {
        sampleMeans["top5_accuracy"] = outcomes.isInTopFive.map { $0 ? 1 : 0 }
      }
    }
  }

  /// What is resampled together.
  package var bootstrapList: BootstrapList {
    BootstrapList(
      confidences: rankingScores, isCorrect: isCorrect,
      probabilities: isProbability ? confidences : nil, columns: sampleMeans)
  }
}

extension ScoredList {
  /// The same samples in another order; class probabilities stay behind, their per-sample scores come along.
  func reordered(_ order: [Int]) -> ScoredList {
    var list = self
    list.rows = order.map { rows[$0] }
    list.labels = order.map { labels[$0] }
    list.predictions = order.map { predictions[$0] }
    list.confidences = order.map { confidences[$0] }
    list.rankingScores = order.map { rankingScores[$0] }
    list.isCorrect = order.map { isCorrect[$0] }
    list.sampleMeans = sampleMeans.mapValues { values in order.map { values[$0] } }
    return list
  }
}

/// Turns a set of predictions into the lists that are scored.
package struct ScoredListBuilder {
  private let set: PredictionSet
  private let settings: ScoreSettings
  private let labels: [Int32]
  /// What the user should know.
  package private(set) var warnings: [String] = []

  package init(_ set: PredictionSet, settings: ScoreSettings, file: String) throws {
    guard let labels = set.labels, labels.contains(where: { $0 >= 0 }) else {
      throw EvaluationError.noLabels(file: file)
    }
    self.set = set
    self.settings = settings
    self.labels = labels
    let unused = [
      ("soft labels", set.softLabels != nil), ("multi-labels", set.multiLabels != nil),
    ].filter(\.1).map(\.0)
    if !unused.isEmpty {
      warnings.append(
        "The file also holds \(unused.joined(separator: ", ")), which scoring does not use.")
    }
    let unknown = labels.count { $0 < 0 }
    if unknown > 0 {
      warnings.append("\(unknown) of \(labels.count) samples have no label and are left out.")
    }
  }

  /// One list per confidence function and rescaling; the same samples in each.
  package mutating func lists() throws -> [ScoredList] {
    let known =
      ConfidenceFunction.all.map(\.id) + set.uncertainties.keys.sorted().map { "uncertainty.\($0)" }
    for name in settings.confidences
    where ConfidenceFunction.named(name) == nil && !known.contains(name) {
      throw EvaluationError.unknownConfidence(name: name, known: known)
    }
    switch set.output {
    case .logits, .probabilities: return try listsOfAllClasses()
    case .scores(let matrix): return try listsOfScores(matrix)
    case .topK(let top): return try listsOfTopK(top)
    case .decisions(let decisions):
      return try lists(
        of: decisions.predictions, confidences: ["msp": decisions.confidences],
        isProbability: decisions.confidences.allSatisfy { (0...1).contains($0) },
        reason: "the file holds decisions and confidences, not probabilities of all classes")
    }
  }

  // MARK: - Splits

  /// The rows that judge and, for a held-out part, the rows that fit.
  private func split() throws -> (isEvaluated: [Bool], fitRows: [Int]?) {
    let labeled = labels.indices.filter { labels[$0] >= 0 }
    var isEvaluated = labels.map { $0 >= 0 }
    let fitRows: [Int]
    switch settings.temperature {
    case .crossFitted, .off: return (isEvaluated, nil)
    case .first(let count):
      fitRows = labeled.filter { $0 < count }
    case .heldOut(let count):
      fitRows = HeldOutRows(labels: labels, count: count, seed: settings.seed).rows
    }
    // Fewer can't judge anything, nor be judged.
    guard !fitRows.isEmpty, labeled.count - fitRows.count >= 10 else {
      throw EvaluationError.validationTooLarge(
        validation: fitRows.count, samples: labeled.count)
    }
    for row in fitRows { isEvaluated[row] = false }
    return (isEvaluated, fitRows)
  }

  // MARK: - Kinds of sets

  private mutating func listsOfAllClasses() throws -> [ScoredList] {
    let (isEvaluated, fitRows) = try split()
    let functions = settings.confidences.compactMap { ConfidenceFunction.named($0) }
      .filter { $0.requirement != .members }
    var outcomeSettings = ProbabilisticOutcomes.Settings()
    outcomeSettings.confidences = functions
    outcomeSettings.binCount = settings.metrics.binCount
    outcomeSettings.includesAdaptiveErrors =
      (set.scoreMatrix.map { $0.rowCount * $0.columnCount } ?? 0)
      < AdaptiveCalibrationError.largestTable
      || settings.requestedMetrics.contains { $0 == "ace" || $0.hasPrefix("tace_") }

    let plain = try ProbabilisticOutcomes(set, isIncluded: isEvaluated, settings: outcomeSettings)
    var lists = functions.map { list(plain, $0, rescaling: "none", parameters: [:]) }
    lists += try memberLists(
      rows: plain.rows, predictions: plain.predictions, probabilities: .success(plain))
    lists += uncertaintyLists(
      rows: plain.rows, predictions: plain.predictions, probabilities: .success(plain))
    let temperatures: InverseTemperatures
    var parameters: [String: Double] = [:]
    switch settings.temperature {
    case .off: return lists
    case .crossFitted(let count):
      let labeled = labels.count { $0 >= 0 }
      guard labeled >= count else {
        warnings.append(
          "\(labeled) samples are too few for \(count) folds; no temperature was fitted.")
        return lists
      }
      let folds = Folds(labels: labels, count: count, seed: settings.seed)
      let fits = try TemperatureScaling.crossFit(set, folds: folds)
      temperatures = .folds(fits.map { 1 / $0.temperature }, foldOfRow: folds.foldOfRow)
      for (index, fit) in fits.enumerated() {
        parameters["temperature_fold_\(index + 1)"] = fit.temperature
      }
      parameters["temperature"] = fits.reduce(0) { $0 + $1.temperature } / Double(fits.count)
      parameters["temperature_gradient"] = fits.map { abs($0.gradient) }.max() ?? 0
      if fits.contains(where: \.isAtBound) { warnings.append(Self.boundWarning) }
    case .heldOut, .first:
      let fit = try TemperatureScaling.fit(set, rows: fitRows)
      temperatures = .same(1 / fit.temperature)
      parameters["temperature"] = fit.temperature
      parameters["temperature_gradient"] = abs(fit.gradient)
      parameters["validation_samples"] = Double(fitRows?.count ?? 0)
      if fit.isAtBound { warnings.append(Self.boundWarning) }
    }
    let scaled = try ProbabilisticOutcomes(
      set, inverseTemperatures: temperatures, isIncluded: isEvaluated, settings: outcomeSettings)
    return lists
      + functions.map { list(scaled, $0, rescaling: "temperature", parameters: parameters) }
  }

  private static let boundWarning =
    "A temperature lies at the end of its range [0.01, 100]: the predictions that it was fitted on are all right, or worse than a guess."

  private func list(
    _ outcomes: ProbabilisticOutcomes, _ function: ConfidenceFunction, rescaling: String,
    parameters: [String: Double]
  ) -> ScoredList {
    ScoredList(
      confidence: function.id, rescaling: rescaling, parameters: parameters, rows: outcomes.rows,
      labels: outcomes.labels, predictions: outcomes.predictions,
      confidences: outcomes.confidences[function.id] ?? [],
      rankingScores: outcomes.rankingScores[function.id], isCorrect: outcomes.isCorrect,
      isProbability: function.isProbability, probabilities: .success(outcomes))
  }

  private mutating func listsOfScores(_ matrix: Matrix) throws -> [ScoredList] {
    var predictions: [Int32] = []
    var largest: [Double] = []
    var scratch: [Double] = []
    for row in 0..<matrix.rowCount {
      try matrix.withRows(row..<row + 1, scratch: &scratch) { values in
        if let column = values.firstIndex(where: { !$0.isFinite }) {
          throw PredictionError.notFinite(role: "scores", row: row, column: column)
        }
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        let first = values.firstIndex(of: values[best]) ?? best
        predictions.append(Int32(first))
        largest.append(values[first])
      }
    }
    return try lists(
      of: predictions, confidences: ["msp": largest], isProbability: false,
      reason: "the file holds scores, not probabilities")
  }

  private mutating func listsOfTopK(_ top: TopK) throws -> [ScoredList] {
    var predictions: [Int32] = []
    var confidences: [Double] = []
    var margins: [Double] = []
    for row in 0..<top.values.rowCount {
      let values = top.values.row(row)
      let order = values.indices.sorted { values[$0] > values[$1] }
      predictions.append(top.indices[row * top.count + order[0]])
      confidences.append(values[order[0]])
      margins.append(order.count > 1 ? values[order[0]] - values[order[1]] : values[order[0]])
    }
    var all = ["msp": confidences]
    if top.count > 1 { all["margin"] = margins }
    var lists = try lists(
      of: predictions, confidences: all, isProbability: true,
      reason: "the file holds the \(top.count) largest probabilities only")
    if top.count >= 5 {
      let isInTopFive = Self.isInTopFive(top, labels: labels)
      for index in lists.indices {
        lists[index].sampleMeans["top5_accuracy"] = lists[index].rows.map {
          isInTopFive[Int($0)] ? 1 : 0
        }
      }
    }
    return lists
  }

  /// Whether fewer than five of the kept classes stand before the true one, which must be among them.
  private static func isInTopFive(_ top: TopK, labels: [Int32]) -> [Bool] {
    labels.indices.map { row in
      let classes = top.indices[row * top.count..<(row + 1) * top.count]
      guard let position = classes.firstIndex(of: labels[row]) else { return false }
      let values = top.values.row(row)
      let value = values[position - classes.startIndex]
      let before = classes.indices.count { index in
        let other = values[index - classes.startIndex]
        return other > value || (other == value && classes[index] < labels[row])
      }
      return before < 5
    }
  }

  /// Lists where the probabilities of all classes are unknown, so that no temperature can be fitted.
  private mutating func lists(
    of predictions: [Int32], confidences: [String: [Double]], isProbability: Bool, reason: String
  ) throws -> [ScoredList] {
    let (isEvaluated, _) = try split()
    let rows = labels.indices.filter { isEvaluated[$0] }
    if settings.temperature != .off {
      warnings.append("No temperature: \(reason).")
    }
    var lists: [ScoredList] = []
    for name in settings.confidences
    where !name.hasPrefix("uncertainty.")
      && ConfidenceFunction.named(name)?.requirement != .members
    {
      guard let values = confidences[name] else {
        warnings.append("No ‘\(name)’: \(reason).")
        continue
      }
      lists.append(
        ScoredList(
          confidence: name, rescaling: "none", rows: rows.map { Int32($0) },
          labels: rows.map { labels[$0] }, predictions: rows.map { predictions[$0] },
          confidences: rows.map { values[$0] },
          isCorrect: rows.map { predictions[$0] == labels[$0] },
          isProbability: isProbability && name == "msp",
          probabilities: .failure(.unavailable(reason))))
    }
    lists += try memberLists(
      rows: rows.map { Int32($0) }, predictions: rows.map { predictions[$0] },
      probabilities: .failure(.unavailable(reason)))
    return lists
      + uncertaintyLists(
        rows: rows.map { Int32($0) }, predictions: rows.map { predictions[$0] },
        probabilities: .failure(.unavailable(reason)))
  }

  /// Lists of the doubts of an ensemble: those that were asked for, all where none was.
  private mutating func memberLists(
    rows: [Int32], predictions: [Int32], probabilities: Result<ProbabilisticOutcomes, MetricError>
  ) throws -> [ScoredList] {
    let requested = settings.confidences.compactMap { ConfidenceFunction.named($0) }
      .filter { $0.requirement == .members }
    guard !set.memberLogits.isEmpty else {
      for function in requested {
        warnings.append("No ‘\(function.id)’: the file holds no logits of members.")
      }
      return []
    }
    let scores = try EnsembleScores(set.memberLogits)
    let functions = requested.isEmpty ? ConfidenceFunction.ofMembers : requested
    return functions.map { function in
      let all = function.confidences(of: scores) ?? []
      return ScoredList(
        confidence: function.id, rescaling: "none", rows: rows,
        labels: rows.map { labels[Int($0)] }, predictions: predictions,
        confidences: rows.map { all[Int($0)] },
        isCorrect: zip(rows, predictions).map { labels[Int($0)] == $1 }, isProbability: false,
        probabilities: probabilities)
    }
  }

  private func uncertaintyLists(
    rows: [Int32], predictions: [Int32],
    probabilities: Result<ProbabilisticOutcomes, MetricError>
  ) -> [ScoredList] {
    settings.confidences.filter { $0.hasPrefix("uncertainty.") }.compactMap { name in
      guard let values = set.uncertainties[String(name.dropFirst("uncertainty.".count))] else {
        return nil
      }
      return ScoredList(
        confidence: name, rescaling: "none", rows: rows, labels: rows.map { labels[Int($0)] },
        predictions: predictions, confidences: rows.map { -values[Int($0)] },
        isCorrect: zip(rows, predictions).map { labels[Int($0)] == $1 }, isProbability: false,
        probabilities: probabilities)
    }
  }
}

/// A random part of the labeled rows, the same for every model on the same samples.
private struct HeldOutRows {
  let rows: [Int]

  init(labels: [Int32], count: Int, seed: UInt64) {
    var generator = SplitMix64(seed: seed, labels: labels)
    let labeled = labels.indices.filter { labels[$0] >= 0 }.shuffled(using: &generator)
    rows = labeled.prefix(count).sorted()
  }
}
