public import CredencePredictions
import Foundation

/// What a classifier said about all classes of each sample, and what is true; the input of proper scores and class-wise metrics.
///
/// One pass over the matrix computes everything that needs a whole row; what is kept is small: a few numbers per sample and a
/// table per class. Samples whose label is unknown are left out.
public struct ProbabilisticOutcomes: Sendable {
  /// What to compute beside the proper scores.
  public struct Settings: Sendable {
    public var confidences: [ConfidenceFunction] = [.msp]
    /// Bins of the class-wise calibration error.
    public var binCount = 15
    /// The least probability that counts in the thresholded class-wise calibration error.
    public var threshold = 0.01
    /// Whether the adaptive calibration errors are computed along, which takes a pass over the columns.
    public var includesAdaptiveErrors = true

    public init() {}
  }

  /// The `[rows, classes]` scores.
  let matrix: Matrix
  let isLogits: Bool
  let inverseTemperatures: InverseTemperatures

  /// The row of the matrix of each evaluated sample, rising.
  public let rows: [Int32]
  /// The true class of each sample.
  public let labels: [Int32]
  /// The predicted class; of several equal scores the first.
  public let predictions: [Int32]
  /// Confidences by function id, `[samples]` each.
  public let confidences: [String: [Double]]
  /// The scores by which samples are ranked, by function id: in the order of the confidences, but exact where those saturate at 1
  /// or differ by the rounding of a sum.
  public let rankingScores: [String: [Double]]
  /// −log p of the true class, in nats.
  public let nll: [Double]
  /// The sum over classes of (p − truth)², from 0 to 2.
  public let brier: [Double]
  /// Whether fewer than five classes stand before the true one; equal scores stand in class order.
  public let isInTopFive: [Bool]
  /// Class-wise reliability.
  public let classwise: ClasswiseBins
  /// The largest logit of each sample before division by the temperature, and its probability.
  let largestLogits: [Double]
  let topProbabilities: [Double]
  /// The adaptive calibration errors, where they were computed along.
  private(set) var adaptiveErrors: AdaptiveErrors?

  /// Whether each prediction is the true class.
  public var isCorrect: [Bool] { zip(predictions, labels).map { $0 == $1 } }

  /// The labels of all rows of the matrix, and what else the pass was told.
  private let allLabels: [Int32]
  private let settings: Settings

  /// Evaluates the labeled samples of a set.
  ///
  /// - Parameters:
  ///   - set: A set with logits or probabilities of all classes, and labels.
  ///   - inverseTemperatures: What divides the logits; for stored probabilities, their logarithms.
  ///   - isIncluded: Rows to evaluate, all where `nil`.
  ///   - settings: Confidence functions and bins.
  /// - Throws: `PredictionError` naming a bad row; `MetricError.unavailable` where the set holds no such matrix or no labels.
  public init(
    _ set: PredictionSet, inverseTemperatures: InverseTemperatures = .one,
    isIncluded: [Bool]? = nil, settings: Settings = Settings()
  ) throws {
    let matrix: Matrix
    let isLogits: Bool
    switch set.output {
    case .logits(let scores): (matrix, isLogits) = (scores, true)
    case .probabilities(let scores): (matrix, isLogits) = (scores, false)
    default:
      throw MetricError.unavailable("the file holds no logits or probabilities of all classes")
    }
    guard let labels = set.labels else { throw MetricError.unavailable("there are no labels") }
    if !isLogits, let function = settings.confidences.first(where: { $0.requirement == .logits }) {
      throw MetricError.unavailable(
        "‘\(function.id)’ needs logits; the file holds probabilities")
    }
    if let function = settings.confidences.first(where: { $0.requirement == .members }) {
      throw MetricError.unavailable("‘\(function.id)’ needs the logits of several members")
    }
    try self.init(
      matrix: matrix, isLogits: isLogits, labels: labels,
      inverseTemperatures: inverseTemperatures,
      weights: isIncluded.map { $0.map { $0 ? 1 : 0 } }, settings: settings)
  }

  /// The same samples, each taken as often as its weight says: a resample of the bootstrap.
  ///
  /// - Parameter weights: One count per sample.
  /// - Returns: Outcomes of as many samples as the weights sum to.
  /// - Throws: `MetricError.noSamples` where all weights are 0.
  package func resampled(_ weights: [UInt8]) throws -> Self {
    precondition(weights.count == rows.count)
    var rowWeights = [UInt8](repeating: 0, count: matrix.rowCount)
    for (sample, row) in rows.enumerated() { rowWeights[Int(row)] = weights[sample] }
    return try Self(
      matrix: matrix, isLogits: isLogits, labels: allLabels,
      inverseTemperatures: inverseTemperatures, weights: rowWeights, settings: settings)
  }

  private init(
    matrix: Matrix, isLogits: Bool, labels: [Int32], inverseTemperatures: InverseTemperatures,
    weights: [UInt8]?, settings: Settings
  ) throws {
    self.matrix = matrix
    self.isLogits = isLogits
    self.inverseTemperatures = inverseTemperatures
    self.settings = settings
    allLabels = labels
    let pass = RowPass(
      matrix: matrix, isLogits: isLogits, labels: labels, weights: weights,
      inverseTemperatures: inverseTemperatures, settings: settings)
    // A table per block must stay small beside the matrix; the number depends on nothing but the classes.
    let blockCount = min(max(16_000_000 / (matrix.columnCount * settings.binCount * 32), 2), 32)
    let scalarType = matrix.scalarType
    let parts = try parallelBlocks(
      count: matrix.rowCount, blockSize: max((matrix.rowCount + blockCount - 1) / blockCount, 64)
    ) { rows in
      switch scalarType {
      case .float64: try pass.run(rows, as: Double.self)
      default: try pass.run(rows, as: Float.self)
      }
    }
    var classwise = ClasswiseBins(
      classCount: matrix.columnCount, binCount: settings.binCount, threshold: settings.threshold)
    for part in parts { classwise.merge(part.classwise) }
    self.classwise = classwise
    rows = parts.flatMap(\.rows)
    guard !rows.isEmpty else { throw MetricError.noSamples }
    self.labels = rows.map { labels[Int($0)] }
    predictions = parts.flatMap(\.predictions)
    confidences = Dictionary(
      settings.confidences.enumerated().map { index, function in
        (function.id, parts.flatMap { $0.confidences[index] })
      }, uniquingKeysWith: { first, _ in first })
    rankingScores = Dictionary(
      settings.confidences.enumerated().map { index, function in
        (function.id, parts.flatMap { $0.rankingScores[index] })
      }, uniquingKeysWith: { first, _ in first })
    nll = parts.flatMap(\.nll)
    brier = parts.flatMap(\.brier)
    isInTopFive = parts.flatMap(\.isInTopFive)
    largestLogits = parts.flatMap(\.largestLogits)
    topProbabilities = parts.flatMap(\.topProbabilities)
    if settings.includesAdaptiveErrors {
      adaptiveErrors = AdaptiveErrors(
        self, thresholds: AdaptiveCalibrationError.thresholds, rangeCount: settings.binCount)
    }
  }
}

/// The one pass over the rows.
private struct RowPass: Sendable {
  let matrix: Matrix
  let isLogits: Bool
  let labels: [Int32]
  /// How often each row is taken; once where `nil`.
  let weights: [UInt8]?
  let inverseTemperatures: InverseTemperatures
  let settings: ProbabilisticOutcomes.Settings

  struct Part: Sendable {
    var rows: [Int32] = []
    var predictions: [Int32] = []
    var confidences: [[Double]]
    var rankingScores: [[Double]]
    var nll: [Double] = []
    var brier: [Double] = []
    var isInTopFive: [Bool] = []
    var largestLogits: [Double] = []
    var topProbabilities: [Double] = []
    var classwise: ClasswiseBins
  }

  func run<Scalar: MatrixScalar>(_ block: Range<Int>, as _: Scalar.Type) throws -> Part {
    let columns = matrix.columnCount
    var part = Part(
      confidences: Array(repeating: [], count: settings.confidences.count),
      rankingScores: Array(repeating: [], count: settings.confidences.count),
      classwise: ClasswiseBins(
        classCount: columns, binCount: settings.binCount, threshold: settings.threshold))
    let scores = SoftmaxRow(classCount: columns)
    let functions = settings.confidences
    let isMSP = functions.map { $0.id == ConfidenceFunction.msp.id }
    let needsLogarithms = !isLogits && !isMSP.allSatisfy { $0 } && inverseTemperatures.isIdentity
    let tolerance = matrix.scalarType.probabilitySumTolerance
    var scratch: [Scalar] = []
    var start = block.lowerBound
    while start < block.upperBound {
      let chunk = start..<min(start + 64, block.upperBound)
      try matrix.withRows(chunk, scratch: &scratch) { values in
        for row in chunk {
          let label = Int(labels[row])
          let weight = weights?[row] ?? 1
          guard label >= 0, weight > 0, let base = values.baseAddress else { continue }
          let pointer = base + (row - chunk.lowerBound) * columns
          let b = inverseTemperatures[row]
          if isLogits {
            try scores.setLogits(pointer, inverseTemperature: b, row: row)
          } else {
            try scores.setProbabilities(
              pointer, inverseTemperature: inverseTemperatures.isIdentity ? nil : b, row: row,
              tolerance: tolerance)
            if needsLogarithms { scores.replaceByLogarithms() }
          }
          let hit = scores.probabilities[label]
          let isUnscaled = !isLogits && inverseTemperatures.isIdentity
          for _ in 0..<weight {
            part.rows.append(Int32(row))
            part.predictions.append(Int32(scores.prediction))
            part.nll.append(
              isUnscaled
                ? -log(max(hit, SoftmaxRow.smallestProbability))
                : scores.logTotal + (scores.maximum - scores.logits[label]))
            part.brier.append(max(scores.sumOfSquares - 2 * hit + 1, 0))
            part.isInTopFive.append(scores.prediction == label || scores.rank(of: label) < 5)
            part.largestLogits.append(scores.largest)
            part.topProbabilities.append(scores.topProbability)
            part.classwise.add(scores.paddedProbabilities, label: label)
            for (index, function) in functions.enumerated() {
              let confidence =
                isMSP[index]
                ? scores.topProbability
                : function.evaluate(
                  ClassScores(
                    logits: scores.logits, probabilities: scores.probabilities,
                    maximum: scores.maximum, logSumExp: scores.logSumExp))
              part.confidences[index].append(confidence)
              // Stored probabilities are compared as they are.
              if isUnscaled && isMSP[index] {
                part.rankingScores[index].append(confidence)
              } else if isMSP[index] {
                part.rankingScores[index].append(
                  ConfidenceFunction.rankingScore(logOdds: scores.topLogOdds))
              } else {
                part.rankingScores[index].append(ConfidenceFunction.rankingScore(confidence))
              }
            }
          }
        }
      }
      start = chunk.upperBound
    }
    return part
  }
}
