import Foundation

/// McNemar's test of two classifiers' accuracies on the same samples.
///
/// Only the samples count that one model gets right and the other wrong. With fewer than 25 of them, or where
/// asked for, the p-value is the exact binomial one; else it comes from χ² with Edwards' continuity correction,
/// (|b − c| − 1)² / (b + c).
///
/// - Note: McNemar, Psychometrika 12, 1947; Dietterich, Neural Computation 10, 1998. Mid-p: Fagerland et al., BMC Medical Research Methodology 13, 2013.
public struct McNemar: Codable, Hashable, Sendable {
  /// How the p-value is computed.
  public enum Variant: String, Codable, Hashable, Sendable, CaseIterable {
    /// Exact below 25 discordant samples, else χ².
    case automatic
    case exact
    /// Exact less half the probability of the observed table: less conservative.
    case midP = "mid-p"
    case chiSquared = "chi-squared"
  }

  /// Samples that only the first model gets right.
  public var wins: Int
  /// Samples that only the second model gets right.
  public var losses: Int
  /// The variant used, never `automatic`.
  public var variant: Variant
  /// The two-sided p-value of equal accuracies; 1 where no sample is discordant.
  public var pValue: Double

  /// Compares two models.
  ///
  /// - Parameters:
  ///   - first: Whether the first model is right, per sample.
  ///   - second: The same for the second model, in the same order.
  ///   - variant: How the p-value is computed.
  public init(first: [Bool], second: [Bool], variant: Variant = .automatic) {
    precondition(first.count == second.count)
    let pairs = zip(first, second)
    self.init(
      wins: pairs.count { $0 && !$1 }, losses: pairs.count { !$0 && $1 }, variant: variant)
  }

  /// Compares two models by their discordant samples.
  public init(wins: Int, losses: Int, variant: Variant = .automatic) {
    precondition(wins >= 0 && losses >= 0)
    self.wins = wins
    self.losses = losses
    self.variant =
      switch variant {
      case .automatic: wins + losses < 25 ? .exact : .chiSquared
      default: variant
      }
    pValue = Self.pValue(wins, losses, self.variant)
  }

  private static func pValue(_ wins: Int, _ losses: Int, _ variant: Variant) -> Double {
    let count = wins + losses
    if count == 0 { return 1 }
    switch variant {
    case .exact, .automatic:
      return min(2 * BinomialDistribution(count: count).cumulative(min(wins, losses)), 1)
    case .midP:
      let binomial = BinomialDistribution(count: count)
      let smaller = min(wins, losses)
      return min(2 * binomial.cumulative(smaller) - binomial.probability(smaller), 1)
    case .chiSquared:
      let distance = max(Double(abs(wins - losses)) - 1, 0)
      return NormalDistribution.twoSidedTail(distance / Double(count).squareRoot())
    }
  }
}
