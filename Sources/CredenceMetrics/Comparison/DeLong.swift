import Foundation

/// A test of the difference of two AUROCs on the same samples.
///
/// Each model has right and wrong predictions of its own, so a sample may be positive for one and negative for
/// the other, and DeLong's formula for shared labels does not apply. This is its general form, by the influence of
/// every sample on each AUROC θ: with N₁ right and N₀ wrong predictions, and ψ the share of the other kind that a sample
/// is ranked on the good side of (ties one half), a right one has
/// (ψ − θ) / (N₁ √(1 − 1/N₁)), a wrong one the same with N₀. The (co)variance is the sum over samples of products of
/// influences. Where the models agree on which samples are right it equals DeLong's estimate.
///
/// - Note: DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988; fast ranks: Sun & Xu, IEEE Signal Processing Letters 21, 2014.
public struct DeLong: Codable, Hashable, Sendable {
  /// The AUROC of each model.
  public var first: Double
  public var second: Double
  /// The standard error of each AUROC.
  public var firstError: Double
  public var secondError: Double
  /// first − second and its standard error.
  public var difference: Double
  public var differenceError: Double
  /// The two-sided p-value of equal AUROCs; 1 where they are equal, 0 where they differ without any variance.
  public var pValue: Double

  /// Compares two models.
  ///
  /// - Parameters:
  ///   - first: Confidences of the first model and whether it is right, per sample.
  ///   - second: The same for the second model, in the same order.
  /// - Throws: `MetricError` where either AUROC is undefined, and `tooFewSamples` with fewer than two right or two wrong predictions.
  public init(
    first: (confidences: [Double], isCorrect: [Bool]),
    second: (confidences: [Double], isCorrect: [Bool])
  ) throws(MetricError) {
    precondition(first.confidences.count == second.confidences.count)
    let one = try Influences(first.confidences, first.isCorrect)
    let two = try Influences(second.confidences, second.isCorrect)
    self.first = one.area
    self.second = two.area
    var (ones, twos, squares) = (0.0, 0.0, 0.0)
    for index in one.values.indices {
      let (a, b) = (one.values[index], two.values[index])
      ones += a * a
      twos += b * b
      squares += (a - b) * (a - b)
    }
    firstError = ones.squareRoot()
    secondError = twos.squareRoot()
    difference = one.area - two.area
    differenceError = squares.squareRoot()
    pValue = difference == 0 ? 1 : NormalDistribution.twoSidedTail(difference / differenceError)
  }

  /// The confidence interval of the difference, as a normal distribution has it.
  ///
  /// - Parameter level: Such as 0.95.
  /// - Returns: `[low, high]`.
  public func interval(level: Double = 0.95) -> [Double] {
    let width = NormalDistribution.quantile((1 + level) / 2) * differenceError
    return [difference - width, difference + width]
  }
}

/// How much each sample pulls at an AUROC.
private struct Influences {
  let area: Double
  /// Per sample, in the given order.
  let values: [Double]

  init(_ confidences: [Double], _ isCorrect: [Bool]) throws(MetricError) {
    let outcomes = try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect)
    area = try AUROC().value(for: outcomes)
    let right = Double(outcomes.totals.correctCount)
    let wrong = Double(outcomes.errorCount)
    if min(right, wrong) < 2 { throw .tooFewSamples(needed: 2, found: Int(min(right, wrong))) }
    // The scale makes sums of squares the unbiased variance estimates divided by the sample sizes.
    let rightScale = 1 / (right * (right - 1)).squareRoot()
    let wrongScale = 1 / (wrong * (wrong - 1)).squareRoot()
    var byGroup: [(right: Double, wrong: Double)] = []
    byGroup.reserveCapacity(outcomes.counts.count)
    var (rightAbove, wrongAbove) = (0.0, 0.0)
    for group in outcomes.counts.indices {
      let wrongHere = Double(outcomes.errorCounts[group])
      let rightHere = Double(outcomes.counts[group]) - wrongHere
      let beaten = (wrong - wrongAbove - wrongHere / 2) / wrong
      let beating = (rightAbove + rightHere / 2) / right
      byGroup.append(((beaten - area) * rightScale, (beating - area) * wrongScale))
      rightAbove += rightHere
      wrongAbove += wrongHere
    }
    values = zip(confidences, isCorrect).map { confidence, isCorrect in
      let group = byGroup[outcomes.thresholds.partitioningIndex { $0 <= confidence }]
      return isCorrect ? group.right : group.wrong
    }
  }
}
