public import CredenceCalibration
import CredenceFiles
import CredenceMetrics
import CredencePredictions
import Foundation

/// The published selective-prediction benchmark over stored predictions: its metrics, split, temperature and table, defects included.
///
/// As there, the plain columns are on all samples and those that end in `_TS` on the samples that did not fit the temperature; the
/// random generator runs on from model to model.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874.
public struct Galil2023Benchmark: Sendable {
  /// Which samples fit the temperature.
  public enum Validation: Sendable {
    /// Drawn with the classes' shares, as published.
    case stratified(count: Int)
    /// The first rows.
    case first(count: Int)
  }

  /// The published accuracy constraint, and the position from which it is looked for.
  private static let (accuracy, startIndex) = (0.99, 200)

  /// Accuracies whose coverage is reported beside the published one, in columns at the end.
  public let furtherAccuracies: [Double]

  private let validation: Validation
  private var random: NumPyRandom

  /// A run over a list of models.
  ///
  /// - Parameters:
  ///   - validation: Which samples fit the temperature; 5,000 as published.
  ///   - seed: Of the generator that all models share; 1 as published.
  ///   - furtherAccuracies: Accuracies whose coverage gets a column, beside 0.99.
  public init(
    validation: Validation = .stratified(count: 5000), seed: UInt32 = 1,
    furtherAccuracies: [Double] = []
  ) {
    self.validation = validation
    self.furtherAccuracies = furtherAccuracies.filter { $0 != Self.accuracy }
    random = NumPyRandom(seed: seed)
  }

  /// The table's columns: the published ones, then those of further accuracies.
  public var headers: [String] {
    Galil2023CSV.headers
      + furtherAccuracies.flatMap { [Self.column($0), Self.column($0) + "_TS"] }
  }

  /// The name of a coverage column: 0.99 is `Coverage_for_Accuracy_99`.
  private static func column(_ accuracy: Double) -> String {
    let percent = (accuracy * 1e6).rounded() / 1e4
    return "Coverage_for_Accuracy_"
      + (percent == percent.rounded() ? String(Int(percent)) : String(percent))
  }

  /// One row of the table.
  public struct Row: Sendable {
    /// The cells by column name.
    public var values: [String: Galil2023CSV.Value]
    /// What the published program prints on the way.
    public var lines: [String]
    /// What the user should know, such as a temperature that diverged.
    public var warnings: [String]
  }

  /// Scores the next model.
  ///
  /// - Parameter scored: Its predictions, with labels; logits, or probabilities, whose logarithms stand for them.
  /// - Returns: Its row.
  /// - Throws: `MetricError` with too few samples, `CalibrationError` or `PredictionError` for what the set lacks.
  public mutating func row(_ scored: ScoredSet) throws -> Row {
    guard let labels = scored.set.labels, !labels.contains(where: { $0 < 0 }) else {
      throw EvaluationError.noLabels(file: scored.name)
    }
    let scores = try SinglePrecisionScores(scored.set, labels: labels)
    let all = try scores.metrics(rows: Array(labels.indices), temperature: 1)
    var values: [String: Galil2023CSV.Value] = [
      "Architecture": .text(
        scored.set.metadata.model.isEmpty ? scored.name : scored.set.metadata.model)
    ]
    func record(_ metrics: Galil2023Metrics, suffix: String) throws {
      values["Accuracy\(suffix)"] = .float(metrics.accuracyPercent)
      values["AUROC\(suffix)"] = .double(metrics.auroc)
      values["ECE_15\(suffix)"] = .single(metrics.calibrationErrors().expected)
      values["Coverage_for_Accuracy_99\(suffix)"] = .float(
        try metrics.sac(accuracy: Self.accuracy, startIndex: Self.startIndex))
      values["AURC\(suffix)"] = .float(metrics.aurc)
      for accuracy in furtherAccuracies {
        values[Self.column(accuracy) + suffix] = .float(
          try metrics.sac(accuracy: accuracy, startIndex: Self.startIndex))
      }
    }
    try record(all, suffix: "")
    guard scores.hasAllClasses else {
      return Row(
        values: values, lines: [],
        warnings: ["no temperature: the file does not hold the scores of all classes"])
    }

    let (evaluated, fitted) = try split(labels)
    let fit = try Galil2023Temperature.fit(scored.set, rows: fitted)
    let before = try scores.metrics(rows: fitted, temperature: 1)
    let after = try scores.metrics(rows: fitted, temperature: Float(fit.temperature))
    let lines = fit.printedLines(
      eceBefore: Double(before.calibrationErrors().expected),
      eceAfter: Double(after.calibrationErrors().expected))
    try record(
      scores.metrics(rows: evaluated, temperature: Float(fit.temperature)), suffix: "_TS")
    let warnings =
      fit.warning == nil
      ? []
      : [
        "the published recipe ended at the temperature \(fit.temperature); the optimum is \(fit.exactTemperature)"
      ]
    return Row(values: values, lines: lines, warnings: warnings)
  }

  private mutating func split(_ labels: [Int32]) throws -> (evaluated: [Int], fitted: [Int]) {
    switch validation {
    case .stratified(let count):
      let split = try StratifiedSplit(labels: labels, validationCount: count, using: &random)
      return (split.evaluation, split.validation)
    case .first(let count):
      guard count > 0, count < labels.count else {
        throw EvaluationError.validationTooLarge(validation: count, samples: labels.count)
      }
      return (Array(count..<labels.count), Array(0..<count))
    }
  }
}

/// Softmax in single precision, as the published program has it.
private struct SinglePrecisionScores {
  private let labels: [Int32]
  private let matrix: Matrix?
  private let isLogits: Bool
  private let stored: (predictions: [Int32], confidences: [Float])

  var hasAllClasses: Bool { matrix != nil }

  init(_ set: PredictionSet, labels: [Int32]) throws {
    self.labels = labels
    switch set.output {
    case .logits(let scores): (matrix, isLogits, stored) = (scores, true, ([], []))
    case .probabilities(let scores): (matrix, isLogits, stored) = (scores, false, ([], []))
    case .scores: throw MetricError.unavailable("scores of an unknown kind have no confidence")
    case .topK, .decisions:
      var settings = ScoreSettings()
      settings.temperature = .off
      var builder = try ScoredListBuilder(set, settings: settings, file: "")
      let list = try builder.lists()[0]
      (matrix, isLogits) = (nil, false)
      stored = (list.predictions, list.confidences.map { Float($0) })
    }
  }

  func metrics(rows: [Int], temperature: Float) throws -> Galil2023Metrics {
    guard let matrix else {
      return try Galil2023Metrics(
        confidences: rows.map { stored.confidences[$0] },
        isCorrect: rows.map { stored.predictions[$0] == labels[$0] })
    }
    let isStored = !isLogits && temperature == 1
    let results = try parallelBlocks(count: rows.count, blockSize: 512) { block in
      var scratch: [Float] = []
      return try block.map { index -> (Float, Bool) in
        let row = rows[index]
        return try matrix.withRows(row..<row + 1, scratch: &scratch) { scores in
          if let column = scores.firstIndex(where: { !$0.isFinite }) {
            throw PredictionError.notFinite(role: "scores", row: row, column: column)
          }
          let (best, confidence) =
            isStored ? Self.largest(scores) : softmax(scores, temperature: temperature)
          return (confidence, best == Int(labels[row]))
        }
      }
    }.flatMap { $0 }
    return try Galil2023Metrics(
      confidences: results.map(\.0), isCorrect: results.map(\.1))
  }

  private static func largest(_ values: UnsafeBufferPointer<Float>) -> (Int, Float) {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return (best, values[best])
  }

  /// The largest softmax probability of z / T and its class; T may be negative.
  private func softmax(
    _ scores: UnsafeBufferPointer<Float>, temperature: Float
  ) -> (Int, Float) {
    func scaled(_ value: Float) -> Float {
      (isLogits ? value : log(max(value, Float.leastNormalMagnitude))) / temperature
    }
    var best = 0
    var top = scaled(scores[0])
    for index in scores.indices {
      let value = scaled(scores[index])
      if value > top { (best, top) = (index, value) }
    }
    var sum: Float = 0
    for value in scores { sum += exp(scaled(value) - top) }
    return (best, 1 / sum)
  }
}
