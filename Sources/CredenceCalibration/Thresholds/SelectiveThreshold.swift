public import CredenceMetrics

/// A confidence from which predictions are accepted, and what it did on the samples it was chosen on.
public struct ThresholdChoice: Codable, Hashable, Sendable {
  /// A prediction is accepted where its confidence is at least this.
  public var threshold: Double
  /// Accepted fit samples.
  public var accepted: Int
  /// Wrong ones among them.
  public var errors: Int
  /// All fit samples.
  public var count: Int

  /// The accepted share of fit samples.
  public var coverage: Double { Double(accepted) / Double(count) }
  /// The wrong share of accepted fit samples.
  public var risk: Double { Double(errors) / Double(accepted) }
}

/// The realizable thresholds of a set of outcomes: equal confidences are accepted together.
struct ThresholdCandidates {
  /// The choice after each group, from the most confident on.
  let choices: [ThresholdChoice]

  init(_ outcomes: ScoredOutcomes) {
    var accepted = 0
    var errors = 0
    choices = outcomes.thresholds.indices.map { group in
      accepted += Int(outcomes.counts[group])
      errors += Int(outcomes.errorCounts[group])
      return ThresholdChoice(
        threshold: outcomes.thresholds[group], accepted: accepted, errors: errors,
        count: outcomes.count)
    }
  }

  /// The choice with the fewest accepted samples that are at least `count`.
  func reaching(_ count: Int) -> ThresholdChoice {
    var low = 0
    var high = choices.count - 1
    while low < high {
      let middle = (low + high) / 2
      if choices[middle].accepted >= count { high = middle } else { low = middle + 1 }
    }
    return choices[low]
  }
}

/// The threshold of the selective accuracy constraint (SAC): the largest coverage at which the fit samples reach an accuracy.
///
/// Nothing is guaranteed for other samples: the accuracy there lies below the target about as often as above.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023.
public enum EmpiricalThreshold {
  /// Chooses among the realizable thresholds.
  ///
  /// - Parameters:
  ///   - accuracy: The target, above 0 and at most 1.
  ///   - outcomes: Confidences in any unit, and which predictions are wrong.
  /// - Returns: The one with the largest coverage among those that reach the target.
  /// - Throws: `CalibrationError.unattainable` where no threshold reaches the target.
  public static func fit(accuracy: Double, on outcomes: ScoredOutcomes) throws(CalibrationError)
    -> ThresholdChoice
  {
    guard accuracy > 0, accuracy <= 1 else {
      throw .invalidSetting(
        name: "accuracy", value: accuracy, allowed: "above 0 and at most 1")
    }
    let choices = ThresholdCandidates(outcomes).choices
    // The slack keeps 99 of 100 an accuracy of 0.99.
    let passing = choices.last { choice in
      Double(choice.accepted - choice.errors) - accuracy * Double(choice.accepted) >= -1e-9
    }
    if let passing { return passing }
    let best = choices.map(\.risk).min() ?? 1
    throw .unattainable(
      target: "an accuracy of \(accuracy)", best: "the best is \(1 - best)")
  }
}
