/// The coverage at a selective accuracy constraint (SAC): how much can be accepted at, say, 99 % accuracy.
///
/// The largest coverage among the thresholds that can be realized, where equal confidences are accepted
/// together, with at least this share of correct predictions; 0 where there is none. A perfect model has 1.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874; their program computes something else, see `Galil2023Metrics`.
public struct SAC: Metric {
  /// The accuracy asked of the accepted predictions, from 0 to 1.
  public var accuracy: Double
  /// Thresholds that accept fewer samples are ignored.
  public var minimumCount: Int
  public var rule: SACRule

  public init(accuracy: Double, minimumCount: Int = 0, rule: SACRule = .largestCoverage) {
    self.accuracy = accuracy
    self.minimumCount = minimumCount
    self.rule = rule
  }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    let accepted =
      switch rule {
      case .largestCoverage:
        outcomes.largestAccepted(accuracies: [accuracy], minimumCount: minimumCount)[0]
      case .firstViolation: acceptedBeforeViolation(outcomes)
      }
    return Double(accepted) / Double(outcomes.count)
  }

  private func acceptedBeforeViolation(_ outcomes: ScoredOutcomes) -> Int {
    var (accepted, errors, last) = (0, 0, 0)
    for index in outcomes.counts.indices {
      accepted += Int(outcomes.counts[index])
      errors += Int(outcomes.errorCounts[index])
      if accepted < minimumCount { continue }
      if Double(accepted - errors) - accuracy * Double(accepted) < -1e-9 { break }
      last = accepted
    }
    return last
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  /// SAC at one accuracy; the id carries it, as in `sac_0.99`.
  public static func sac(
    accuracy: Double, minimumCount: Int = 0, rule: SACRule = .largestCoverage
  ) -> Self {
    let choice =
      switch rule {
      case .largestCoverage: "largest coverage"
      case .firstViolation: "last coverage before the first violation"
      }
    let ignored = minimumCount > 0 ? "; thresholds below \(minimumCount) samples ignored" : ""
    return Self(
      id: "sac_\(shortest(accuracy))", title: "Coverage at \(percent(accuracy)) accuracy",
      definition:
        "\(choice) with accuracy ≥ \(shortest(accuracy)); ties accepted together\(ignored)",
      direction: .higherIsBetter, source: "Galil, Dabbah & El-Yaniv, ICLR 2023, arXiv:2302.11874",
      make: { SAC(accuracy: accuracy, minimumCount: minimumCount, rule: rule) })
  }
}
