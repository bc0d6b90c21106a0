/// The error rate of the accepted predictions at every coverage that some threshold realizes.
///
/// A step curve: between two points the risk is not defined by any threshold. `AURC` and `AUGRC` are areas under it.
public struct RiskCoverageCurve: Codable, Hashable, Sendable {
  /// What accepting everything down to one threshold gives; all are fractions but the threshold.
  public struct Point: Codable, Hashable, Sendable {
    public var coverage: Double
    /// Errors among the accepted.
    public var risk: Double
    /// Accepted errors among all samples: AUGRC's curve.
    public var generalizedRisk: Double
    /// The lowest confidence accepted.
    public var threshold: Double

    public init(coverage: Double, risk: Double, generalizedRisk: Double, threshold: Double) {
      self.coverage = coverage
      self.risk = risk
      self.generalizedRisk = generalizedRisk
      self.threshold = threshold
    }
  }

  /// From low to high coverage.
  public let points: [Point]

  /// The curve of a score list.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - pointLimit: The most points to keep, at least 2; the first and the last always stay, the others are spread evenly over coverage.
  public init(_ outcomes: ScoredOutcomes, pointLimit: Int = .max) {
    var thinning = CurveThinning(length: outcomes.count, limit: pointLimit)
    var points: [Point] = []
    var (accepted, errors) = (0, 0)
    for group in outcomes.counts.indices {
      accepted += Int(outcomes.counts[group])
      errors += Int(outcomes.errorCounts[group])
      guard thinning.keeps(accepted) else { continue }
      points.append(
        Point(
          accepted: accepted, errors: errors, count: outcomes.count,
          threshold: outcomes.thresholds[group]))
    }
    self.points = points
  }

  private init(points: [Point]) { self.points = points }

  /// The curve of the best possible order of the same predictions: all errors last.
  ///
  /// - Parameters:
  ///   - outcomes: The samples.
  ///   - pointLimit: The most points to keep, at least 2.
  /// - Returns: A curve whose thresholds are all 0, since an oracle has none.
  public static func oracle(_ outcomes: ScoredOutcomes, pointLimit: Int = .max)
    -> RiskCoverageCurve
  {
    let correct = outcomes.totals.correctCount
    var thinning = CurveThinning(length: outcomes.count, limit: pointLimit)
    let points = (1...outcomes.count).compactMap { accepted in
      thinning.keeps(accepted)
        ? Point(
          accepted: accepted, errors: max(accepted - correct, 0), count: outcomes.count,
          threshold: 0) : nil
    }
    return RiskCoverageCurve(points: points)
  }
}

extension RiskCoverageCurve.Point {
  fileprivate init(accepted: Int, errors: Int, count: Int, threshold: Double) {
    self.init(
      coverage: Double(accepted) / Double(count), risk: Double(errors) / Double(accepted),
      generalizedRisk: Double(errors) / Double(count), threshold: threshold)
  }
}
