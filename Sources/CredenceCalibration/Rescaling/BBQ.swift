public import CredenceMetrics
import Foundation

/// Bayesian binning into quantiles: an average over equal-mass binnings, each weighted by how well it explains the outcomes.
///
/// Numbers of bins run from max(1, ∛N / 10) to 10 ∛N. A binning of B bins has the score ∏ Γ(N′/B) / Γ(N_b + N′/B) ·
/// Γ(m_b + α_b) / Γ(α_b) · Γ(n_b + β_b) / Γ(β_b) with N′ = 2, α_b = N′ p_b / B, β_b = N′ (1 − p_b) / B, p_b the bin's
/// middle, and m_b hits and n_b misses; a bin stands for (m_b + α_b) / (N_b + N′/B), as in the paper.
///
/// - Note: Naeini, Cooper & Hauskrecht, AAAI 2015.
public struct BBQ: ConfidenceRescaling {
  /// One binning and its share in the average.
  public struct Member: Codable, Hashable, Sendable {
    public var weight: Double
    /// Bounds of the bins from 0 to 1; a bin holds its upper bound.
    public var edges: [Double]
    /// The expected accuracy in each bin.
    public var values: [Double]
  }

  /// Binnings of different numbers of bins; their weights sum to 1.
  public var members: [Member]

  /// Fits all binnings and weighs them; those with less than a billionth of the weight are left out.
  public init(_ outcomes: ScoredOutcomes) {
    let root = cbrt(Double(outcomes.count))
    let counts = max(1, Int(root / 10))...max(1, Int(10 * root))
    var candidates: [(score: Double, member: Member)] = []
    var seen: Set<[Double]> = []
    for count in counts {
      let edges = HistogramBinning.equalMassEdges(outcomes, count)
      // Ties let several counts end in the same bins.
      guard seen.insert(edges).inserted else { continue }
      candidates.append(Self.candidate(outcomes, edges: edges))
    }
    let best = candidates.map(\.score).max() ?? 0
    let weights = candidates.map { exp($0.score - best) }
    let total = weights.reduce(0, +)
    let kept = candidates.indices.filter { weights[$0] / total >= 1e-9 }
    let keptTotal = kept.reduce(0) { $0 + weights[$1] }
    members = kept.map { index in
      var member = candidates[index].member
      member.weight = weights[index] / keptTotal
      return member
    }
  }

  /// The logarithm of a binning's score, and its bins.
  private static func candidate(_ outcomes: ScoredOutcomes, edges: [Double])
    -> (score: Double, member: Member)
  {
    let counts = BinCounts(outcomes, edges: edges)
    let prior = 2 / Double(edges.count - 1)
    var score = 0.0
    var values: [Double] = []
    for bin in counts.all.indices {
      let middle = (edges[bin] + edges[bin + 1]) / 2
      let (alpha, beta) = (prior * middle, prior * (1 - middle))
      let all = Double(counts.all[bin])
      let hits = Double(counts.correct[bin])
      score += logGamma(prior) - logGamma(all + prior)
      score += logGamma(hits + alpha) - logGamma(alpha)
      score += logGamma(all - hits + beta) - logGamma(beta)
      values.append((hits + alpha) / (all + prior))
    }
    return (score, Member(weight: 1, edges: edges, values: values))
  }

  public var definition: String {
    "Bayesian average of \(members.count) equal-mass binnings of the largest probability"
  }

  public func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.check(
      abs(members.reduce(0) { $0 + $1.weight } - 1) < 1e-6
        && members.allSatisfy { $0.weight >= 0 }, "members", "have weights that do not sum to 1")
    for (index, member) in members.enumerated() {
      let edges = member.edges
      try CalibrationError.check(
        edges.first == 0 && edges.last == 1
          && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
          && member.values.count == edges.count - 1
          && member.values.allSatisfy { $0 >= 0 && $0 <= 1 }, "members.\(index)",
        "is no binning of [0, 1]")
    }
  }

  public func calibrated(_ confidence: Double) -> Double {
    members.reduce(0) { sum, member in
      sum + member.weight
        * member.values[HistogramBinning.bin(of: confidence, edges: member.edges)]
    }
  }
}

extension PolicyKind {
  public static let bbq = Self(
    id: "bbq", title: "Bayesian binning into quantiles",
    purpose: "replaces the largest probability by an average over many binnings",
    source: "Naeini, Cooper & Hauskrecht, AAAI 2015", keepsDecisions: true,
    fit: { set, _ in
      let outcomes = try ScoredOutcomes(topLabelsOf: set, purpose: "BBQ")
      return PolicyFit(parameters: BBQ(outcomes), fitSize: outcomes.count, guarantee: .none)
    })
}
