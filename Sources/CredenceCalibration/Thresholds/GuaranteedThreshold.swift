public import CredenceMetrics

/// How a threshold with a guarantee is searched.
public enum GuaranteeProcedure: String, Codable, Hashable, Sendable, CaseIterable {
  /// Selection with guaranteed risk: a binary search over the sorted samples (Geifman & El-Yaniv, NeurIPS 2017).
  case sgr
  /// A fixed grid of coverages, with Bonferroni's correction.
  case grid
}

/// A threshold whose risk on further samples stays below a target with high probability.
///
/// Each examined threshold gets the exact binomial (Clopper–Pearson) upper bound on its risk at its share of delta; all
/// bounds hold at once with probability 1 − delta, so the largest coverage among the passing ones may be chosen.
public struct GuaranteedThreshold: Codable, Hashable, Sendable {
  public var choice: ThresholdChoice
  /// The upper bound on the risk of accepted predictions.
  public var bound: Double
  /// How many thresholds were examined, among which delta was shared.
  public var examined: Int

  /// Chooses a threshold.
  ///
  /// - Parameters:
  ///   - risk: The error rate of accepted predictions that must not be exceeded, between 0 and 1.
  ///   - delta: The probability that it is exceeded all the same, between 0 and 1.
  ///   - outcomes: Confidences in any unit, and which predictions are wrong; the samples must be drawn like those
  ///     to come, and must not have been used to train the model.
  ///   - procedure: How to search.
  ///   - gridCount: Examined coverages of `.grid`: 1/gridCount, 2/gridCount … 1.
  /// - Returns: The largest coverage among the passing thresholds. The binary search rounds up, so full coverage is examined
  ///   too, which the paper's never reaches.
  /// - Throws: `CalibrationError.unattainable` where no examined threshold passes, `invalidSetting`.
  public static func fit(
    risk: Double, delta: Double, on outcomes: ScoredOutcomes,
    procedure: GuaranteeProcedure = .sgr, gridCount: Int = 100
  ) throws(CalibrationError) -> Self {
    for (name, value) in [("risk", risk), ("delta", delta)] where !(value > 0 && value < 1) {
      throw .invalidSetting(name: name, value: value, allowed: "between 0 and 1")
    }
    guard gridCount > 0 else {
      throw .invalidSetting(name: "grid", value: Double(gridCount), allowed: "1 or more")
    }
    let candidates = ThresholdCandidates(outcomes)
    let examined: Int
    var passing: Self?
    var lowest = 1.0
    func examine(_ choice: ThresholdChoice) throws(CalibrationError) -> Bool {
      let bound = try ClopperPearson.upperBound(
        errors: choice.errors, count: choice.accepted, delta: delta / Double(examined))
      lowest = min(lowest, bound)
      guard bound <= risk else { return false }
      if choice.accepted >= passing?.choice.accepted ?? 0 {
        passing = Self(choice: choice, bound: bound, examined: examined)
      }
      return true
    }
    switch procedure {
    case .sgr:
      examined = max(1, outcomes.count.bitWidthOfPredecessor)
      var low = 1
      var high = outcomes.count
      for _ in 0..<examined {
        let middle = (low + high + 1) / 2
        if try examine(candidates.reaching(middle)) { low = middle } else { high = middle }
      }
    case .grid:
      examined = gridCount
      for step in 1...gridCount {
        let target = (outcomes.count * step + gridCount - 1) / gridCount
        _ = try examine(candidates.reaching(target))
      }
    }
    if let passing { return passing }
    throw .unattainable(
      target: "a risk of \(risk) with confidence \(1 - delta)",
      best: "the lowest bound is \(lowest)")
  }
}

extension Int {
  /// ⌈log₂ self⌉ of a number from 1.
  fileprivate var bitWidthOfPredecessor: Int { Int.bitWidth - (self - 1).leadingZeroBitCount }
}
