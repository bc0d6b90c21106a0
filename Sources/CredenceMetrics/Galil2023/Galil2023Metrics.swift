import Foundation

/// The metrics of the published selective-prediction benchmark, defects included, for comparison with its tables.
///
/// Everything is computed in the order of falling confidence in which equal confidences keep the order of the file.
/// The original's own sort is unstable, so where confidences tie its numbers are not reproducible at all. Undefined
/// values are NaN, as there. Use `MetricDescriptor.all` for anything else.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874.
public struct Galil2023Metrics: Sendable {
  /// Sorted from high to low.
  let confidences: [Float]
  let isCorrect: [Bool]
  private let errorCount: Int

  /// Sorts the samples.
  ///
  /// - Parameters:
  ///   - confidences: In any unit, higher is surer.
  ///   - isCorrect: Whether each prediction was right.
  /// - Throws: `MetricError.noSamples`, or `notFinite` with the first such row.
  public init(confidences: [Float], isCorrect: [Bool]) throws(MetricError) {
    precondition(confidences.count == isCorrect.count)
    guard !confidences.isEmpty else { throw .noSamples }
    if let row = confidences.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    let order = confidences.indices.sorted {
      confidences[$0] > confidences[$1] || (confidences[$0] == confidences[$1] && $0 < $1)
    }
    self.confidences = order.map { confidences[$0] }
    self.isCorrect = order.map { isCorrect[$0] }
    errorCount = isCorrect.count { !$0 }
  }

  private var count: Int { confidences.count }

  /// 100 × the 32-bit mean of correctness.
  public var accuracyPercent: Double { 100 * Double(Float(count - errorCount) / Float(count)) }

  /// The share of (right, wrong) pairs in which the right one comes first; NaN without right or without wrong predictions.
  public var auroc: Double {
    var (pairs, correct) = (0, 0)
    for isCorrect in isCorrect {
      if isCorrect { correct += 1 } else { pairs += correct }
    }
    return Double(pairs) / Double((count - errorCount) * errorCount)
  }

  /// The mean over k of the error rate among the first k.
  public var aurc: Double {
    var (errors, sum) = (0, 0.0)
    for (index, isCorrect) in isCorrect.enumerated() {
      errors += isCorrect ? 0 : 1
      sum += Double(errors) / Double(index + 1)
    }
    return sum / Double(count)
  }

  /// `aurc` − (r + (1 − r) ln(1 − r)), with r from the accuracy in per cent; NaN for r = 1.
  public var eaurc: Double {
    let risk = 1 - accuracyPercent / 100
    return aurc - (risk + (1 - risk) * log(1 - risk))
  }

  /// The published “coverage for accuracy”.
  ///
  /// With m the 32-bit accuracy among the first 1, 2, … samples, it takes the first position from `startIndex` on with
  /// m below the constraint, unless that is `startIndex` itself or there is none; then the first position of all, or 0. This
  /// position is divided by N + 1. So a constraint that is never violated gives 0.
  ///
  /// - Parameters:
  ///   - accuracy: The constraint, such as 0.99.
  ///   - startIndex: Where the search begins; 200 in the program.
  /// - Returns: A fraction below 1.
  /// - Throws: `MetricError.tooFewSamples` with no more than `startIndex` samples, where the original fails too.
  public func sac(accuracy: Double, startIndex: Int = 200) throws(MetricError) -> Double {
    guard count > startIndex else { throw .tooFewSamples(needed: startIndex + 1, found: count) }
    let accuracy = Float(accuracy)
    var correct = 0
    var first: Int?
    for index in 0..<count {
      correct += isCorrect[index] ? 1 : 0
      if Float(correct) / Float(index + 1) >= accuracy { continue }
      if first == nil { first = index }
      if index == startIndex { break }
      if index > startIndex { return Double(index) / Double(count + 1) }
    }
    return Double(first ?? 0) / Double(count + 1)
  }

  /// The mean confidence, to 32 bits.
  public var confidenceMean: Float { Float(mean) }

  /// The lower median: for an even N the smaller of the two in the middle.
  public var confidenceMedian: Float { confidences[count - 1 - (count - 1) / 2] }

  /// The unbiased variance of the confidences, to 32 bits; NaN for N = 1.
  public var confidenceVariance: Float {
    let mean = mean
    let squares = confidences.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return Float(squares / Double(count - 1))
  }

  private var mean: Double { confidences.reduce(0) { $0 + Double($1) } / Double(count) }

  /// The Gini index of the confidences, which are raised by 10⁻⁷ and, where some are negative, by the smallest one first.
  ///
  /// The original changes the caller's confidences in doing so; here they stay as they are.
  public var gini: Float {
    let smallest = min(confidences[count - 1], 0)
    var (sum, weighted) = (0.0, 0.0)
    for (index, confidence) in confidences.reversed().enumerated() {
      let raised = Double((confidence - smallest) + 1e-7)
      sum += raised
      weighted += Double(2 * (index + 1) - count - 1) * raised
    }
    return Float(weighted / (Double(count) * sum))
  }
}
