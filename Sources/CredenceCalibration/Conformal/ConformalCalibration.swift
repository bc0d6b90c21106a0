public import CredencePredictions
import Foundation

/// The scores of the true classes of calibration samples, for any number of methods from one pass.
public struct ConformalCalibration: Sendable {
  public let methods: [ConformalMethod]
  /// The scores of each method, `[methods][samples]`.
  public let scores: [[Double]]
  /// The true class of each sample, `[samples]`.
  public let labels: [Int32]
  public let classCount: Int
  /// What logits were divided by.
  public let temperature: Double

  /// Scores the labeled samples of a set.
  ///
  /// - Parameters:
  ///   - set: Logits or probabilities of all classes, with labels.
  ///   - rows: Which samples calibrate; all without it. Unlabeled ones are left out.
  ///   - methods: At least one.
  ///   - temperature: What logits are divided by first.
  ///   - uniforms: One number in [0, 1) per sample of the set, for randomized methods; drawn from the seed without them.
  ///   - seed: For the uniform numbers.
  /// - Throws: `CalibrationError` for what the set lacks or a setting out of range.
  public init(
    _ set: PredictionSet, rows: [Int]? = nil, methods: [ConformalMethod], temperature: Double = 1,
    uniforms: [Double]? = nil, seed: Int = 1
  ) throws {
    for method in methods { try method.validate() }
    let labeled = try LabeledRows(set, among: rows, purpose: "Conformal calibration")
    let probabilities = try ProbabilityRows(set, temperature: temperature)
    let uniform = SampleUniforms(uniforms, seed: seed, stream: .calibration)
    let blocks = try probabilities.parallelMap(labeled.rows) { block, values, count in
      var scores = methods.map { _ in [Double]() }
      for (index, sample) in block.enumerated() {
        let row = UnsafeBufferPointer(rebasing: values[index * count..<(index + 1) * count])
        let label = Int(labeled.labels[sample])
        let place = RankedClasses.place(of: label, in: row)
        for (position, method) in methods.enumerated() {
          scores[position].append(
            method.value(
              probability: row[label], rank: place.rank, cumulative: place.cumulative,
              largest: place.largest, uniform: uniform.value(labeled.rows[sample], method)))
        }
      }
      return scores
    }
    self.methods = methods
    self.temperature = temperature
    scores = methods.indices.map { method in blocks.flatMap { $0[method] } }
    labels = labeled.labels
    classCount = probabilities.classCount
  }

  /// The k-th smallest score, k = ⌈(n + 1)(1 − α)⌉; infinite where k exceeds n.
  ///
  /// - Parameters:
  ///   - alpha: The share of samples whose true class may be missed, between 0 and 1.
  ///   - method: An index into `methods`.
  /// - Returns: A score, or infinity.
  /// - Throws: `CalibrationError.invalidSetting` for an alpha outside (0, 1).
  public func quantile(alpha: Double, method: Int = 0) throws(CalibrationError) -> Double {
    try Self.quantile(of: scores[method], alpha: alpha)
  }

  /// The quantile of the samples of each class; infinite for a class with too few.
  public func classQuantiles(alpha: Double, method: Int = 0) throws(CalibrationError) -> [Double] {
    var byClass = [[Double]](repeating: [], count: classCount)
    for (score, label) in zip(scores[method], labels) { byClass[Int(label)].append(score) }
    var quantiles: [Double] = []
    for scores in byClass { quantiles.append(try Self.quantile(of: scores, alpha: alpha)) }
    return quantiles
  }

  /// The position, from 1, of the quantile among *n* ascending scores.
  public static func rank(sampleCount: Int, alpha: Double) throws(CalibrationError) -> Int {
    guard alpha > 0, alpha < 1 else {
      throw .invalidSetting(name: "alpha", value: alpha, allowed: "between 0 and 1")
    }
    // 1 − α is not exact: 100 · 0.95 must stay 95.
    return max(1, Int((Double(sampleCount + 1) * (1 - alpha) - 1e-9).rounded(.up)))
  }

  private static func quantile(of scores: [Double], alpha: Double) throws(CalibrationError)
    -> Double
  {
    let rank = try rank(sampleCount: scores.count, alpha: alpha)
    return rank > scores.count ? .infinity : scores.sorted()[rank - 1]
  }

  /// The predictor of one of the methods.
  ///
  /// - Parameters:
  ///   - alpha: The share of samples whose true class may be missed, between 0 and 1.
  ///   - method: An index into `methods`.
  ///   - isClassConditional: Whether each class gets a quantile of its own (Mondrian).
  ///   - allowsEmpty: Whether a set may be empty; if not, it holds at least the first class.
  ///   - seed: For the uniform numbers of randomized methods.
  /// - Returns: The predictor, at the temperature of the calibration.
  /// - Throws: `CalibrationError.invalidSetting` for an alpha outside (0, 1).
  public func predictor(
    alpha: Double, method: Int = 0, isClassConditional: Bool = false, allowsEmpty: Bool = true,
    seed: Int = 1
  ) throws(CalibrationError) -> ConformalPredictor {
    ConformalPredictor(
      method: methods[method], alpha: alpha, isClassConditional: isClassConditional,
      allowsEmpty: allowsEmpty, temperature: temperature,
      quantiles: isClassConditional
        ? try classQuantiles(alpha: alpha, method: method)
        : [try quantile(alpha: alpha, method: method)],
      seed: seed)
  }

  /// The interval in which the coverage on further samples lies, over the choice of calibration samples.
  ///
  /// For continuous scores the coverage follows the distribution Beta(k, n + 1 − k); with ties it is larger.
  ///
  /// - Parameters:
  ///   - sampleCount: Calibration samples, n.
  ///   - alpha: The share of samples whose true class may be missed.
  ///   - level: The probability of the interval, with equal tails.
  /// - Returns: Fractions; both 1 where the quantile is infinite.
  /// - Throws: `CalibrationError.invalidSetting` for an alpha outside (0, 1).
  public static func coverageInterval(sampleCount: Int, alpha: Double, level: Double = 0.95)
    throws(CalibrationError) -> ClosedRange<Double>
  {
    let rank = try rank(sampleCount: sampleCount, alpha: alpha)
    if rank > sampleCount { return 1...1 }
    let distribution = try BetaDistribution(
      alpha: Double(rank), beta: Double(sampleCount + 1 - rank))
    let tail = (1 - level) / 2
    return distribution.quantile(tail)...distribution.quantile(1 - tail)
  }
}

/// The uniform numbers of the samples of a set, given or drawn.
struct SampleUniforms: Sendable {
  private let given: [Double]?
  private let drawn: RowUniforms

  init(_ given: [Double]?, seed: Int, stream: RowUniforms.Stream) {
    self.given = given
    drawn = RowUniforms(seed: seed, stream: stream)
  }

  func value(_ row: Int, _ method: ConformalMethod) -> Double {
    method.isRandomized ? given?[row] ?? drawn[row] : method.plainUniform
  }
}
