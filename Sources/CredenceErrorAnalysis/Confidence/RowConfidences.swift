public import CredenceMetrics
public import CredencePredictions
import Foundation

/// How sure a model was of each of its answers on the annotated images.
public struct RowConfidences: Sendable {
  /// The id of the confidence function, such as `msp`.
  public let function: String
  /// One number per row of the samples; higher is surer.
  public let confidences: [Double]
  /// What ranks the rows: in the order of the confidences, finer where those saturate at 1.
  public let rankingScores: [Double]

  /// Confidences that are known, one per row of the samples.
  public init(function: String = "msp", confidences: [Double], rankingScores: [Double]? = nil) {
    precondition(rankingScores.map { $0.count == confidences.count } ?? true)
    self.function = function
    self.confidences = confidences
    self.rankingScores = rankingScores ?? confidences
  }

  /// Computes the confidences of a model from its predictions, and checks that they are those that were analyzed.
  ///
  /// Samples are found by their names where the predictions have some, by the name of the file alone where the folder is missing, and
  /// else by their place.
  ///
  /// - Parameters:
  ///   - set: The model's predictions: logits, probabilities, or decisions with confidences.
  ///   - file: Its name in errors.
  ///   - table: What the answers were found to be.
  ///   - samples: The annotated images.
  ///   - function: The confidence function; any but those of ensembles.
  /// - Throws: `MistakeStatisticsError` naming the sample, `MetricError.unavailable`, or `PredictionError` naming a row.
  public init(
    of set: PredictionSet, file: String, table: ErrorTable, samples: AnnotatedSamples,
    function: ConfidenceFunction = .msp
  ) throws {
    let rows = try Self.rows(of: samples, in: set, file: file)
    var labels = [Int32](repeating: -1, count: set.sampleCount)
    for (row, position) in rows.enumerated() { labels[position] = table.predictions[row] }
    let predictions: [Int32]
    let all: (confidences: [Double], scores: [Double])
    switch set.output {
    case .logits, .probabilities:
      // The answers stand in for the labels: rows without one are passed over.
      var answered = set
      answered.labels = labels
      var settings = ProbabilisticOutcomes.Settings()
      settings.confidences = [function]
      settings.includesAdaptiveErrors = false
      let outcomes = try ProbabilisticOutcomes(answered, settings: settings)
      predictions = Self.spread(outcomes.predictions, outcomes.rows, set.sampleCount, -1)
      all = (
        Self.spread(outcomes.confidences[function.id] ?? [], outcomes.rows, set.sampleCount, 0),
        Self.spread(outcomes.rankingScores[function.id] ?? [], outcomes.rows, set.sampleCount, 0)
      )
    case .decisions(let decisions):
      guard function.id == ConfidenceFunction.msp.id else {
        throw MetricError.unavailable(
          "‘\(function.id)’ needs the probabilities of all classes, and ‘\(file)’ holds decisions")
      }
      predictions = decisions.predictions
      all = (decisions.confidences, decisions.confidences)
    case .scores, .topK:
      throw MetricError.unavailable("‘\(file)’ holds no probabilities of all classes")
    }
    for (row, position) in rows.enumerated() where predictions[position] != table.predictions[row] {
      throw MistakeStatisticsError.otherPrediction(
        file: file, sample: samples.files[row], found: Int(predictions[position]),
        expected: Int(table.predictions[row]))
    }
    self.init(
      function: function.id, confidences: rows.map { all.confidences[$0] },
      rankingScores: rows.map { all.scores[$0] })
  }

  private static func spread<Value>(
    _ values: [Value], _ rows: [Int32], _ count: Int, _ filler: Value
  ) -> [Value] {
    var result = [Value](repeating: filler, count: count)
    for (value, row) in zip(values, rows) { result[Int(row)] = value }
    return result
  }

  /// Where each row of the samples stands among the predictions.
  private static func rows(
    of samples: AnnotatedSamples, in set: PredictionSet, file: String
  ) throws(MistakeStatisticsError) -> [Int] {
    guard let ids = set.sampleIDs else {
      guard set.sampleCount == samples.predictionCount else {
        throw .rowCount(model: file, expected: samples.predictionCount, found: set.sampleCount)
      }
      return samples.positions
    }
    var byName: [Substring: Int] = [:]
    for row in 0..<ids.count {
      let name = lastPart(ids[row])
      byName[name] = byName[name] == nil ? row : -1
    }
    var rows: [Int] = []
    for name in samples.files {
      guard let row = ids.row(of: name) ?? byName[lastPart(name)], row >= 0 else {
        throw .missingSample(file: file, sample: name)
      }
      rows.append(row)
    }
    return rows
  }

  private static func lastPart(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }
}
