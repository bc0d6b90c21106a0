public import CredenceMetrics

/// The non-decreasing map from confidence to accuracy that fits best in squares.
///
/// Between knots it is linear, outside them constant. Equal confidences count as one point of their mean accuracy.
///
/// - Note: Zadrozny & Elkan, KDD 2002; pool adjacent violators (Ayer et al., Annals of Mathematical Statistics 1955).
public struct IsotonicRegression: ConfidenceRescaling {
  /// Confidences, strictly rising.
  public var knots: [Double]
  /// The accuracy at each knot, never falling.
  public var values: [Double]

  /// Fits the map.
  ///
  /// - Parameter outcomes: Confidences in any unit, and which predictions are wrong.
  /// - Complexity: O(*n*) after the sort.
  public init(_ outcomes: ScoredOutcomes) {
    var pools: [Pool] = []
    for group in outcomes.thresholds.indices.reversed() {
      let count = Double(outcomes.counts[group])
      let confidence = outcomes.thresholds[group]
      var pool = Pool(
        first: confidence, last: confidence, count: count,
        correct: count - Double(outcomes.errorCounts[group]))
      while let previous = pools.last, previous.isAtLeast(pool) {
        pools.removeLast()
        pool = Pool(
          first: previous.first, last: pool.last, count: previous.count + pool.count,
          correct: previous.correct + pool.correct)
      }
      pools.append(pool)
    }
    knots = []
    values = []
    for pool in pools {
      for knot in pool.first == pool.last ? [pool.first] : [pool.first, pool.last] {
        knots.append(knot)
        values.append(pool.correct / pool.count)
      }
    }
  }

  public var definition: String {
    "isotonic regression of correctness on the largest probability: \(knots.count) knots, linear between "
      + "them, constant outside"
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.check(
      !knots.isEmpty && zip(knots, knots.dropFirst()).allSatisfy { $0 < $1 }
        && knots.allSatisfy(\.isFinite), "knots", "do not rise, or are none")
    try CalibrationError.check(
      values.count == knots.count, "values", "are \(values.count), not \(knots.count)")
    try CalibrationError.check(
      zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
        && values.allSatisfy { $0 >= 0 && $0 <= 1 }, "values", "fall, or leave [0, 1]")
  }

  public func calibrated(_ confidence: Double) -> Double {
    var low = 0
    var high = knots.count - 1
    if confidence <= knots[low] { return values[low] }
    if confidence >= knots[high] { return values[high] }
    while high - low > 1 {
      let middle = (low + high) / 2
      if knots[middle] <= confidence { low = middle } else { high = middle }
    }
    let share = (confidence - knots[low]) / (knots[high] - knots[low])
    return values[low] + share * (values[high] - values[low])
  }

  /// Neighboring points that share one value.
  private struct Pool {
    var first: Double
    var last: Double
    var count: Double
    var correct: Double

    /// Whether the accuracy is not below another's; counts are whole numbers, so the products are exact.
    func isAtLeast(_ other: Pool) -> Bool { correct * other.count >= other.correct * count }
  }
}

extension PolicyKind {
  public static let isotonic = Self(
    id: "isotonic", title: "Isotonic regression",
    purpose: "maps the largest probability to the accuracy by a rising curve",
    source: "Zadrozny & Elkan, KDD 2002", keepsDecisions: true,
    fit: { set, _ in
      let outcomes = try ScoredOutcomes(topLabelsOf: set, purpose: "Isotonic regression")
      return PolicyFit(
        parameters: IsotonicRegression(outcomes), fitSize: outcomes.count, guarantee: .none)
    })
}

extension Guarantee {
  /// That of a map which only fits its samples.
  static let none = Guarantee(
    "None for further samples: the map fits the accuracy of the fit samples.")
}
