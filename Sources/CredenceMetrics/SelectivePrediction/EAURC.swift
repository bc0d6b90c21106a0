import Foundation

/// The excess AURC: how far the area lies above the best possible order of the same predictions.
public struct EAURC: Metric {
  /// Which best order is subtracted.
  public enum Optimum: String, Codable, Hashable, Sendable, CaseIterable {
    /// That of the *N* samples at hand, exact.
    case exact
    /// r + (1 − r) ln(1 − r) for risk r, the limit for many samples, as first published; 1 for r = 1.
    case asymptotic
  }

  public var optimum: Optimum

  public init(optimum: Optimum = .exact) { self.optimum = optimum }

  public func value(for outcomes: ScoredOutcomes) throws(MetricError) -> Double {
    value(aurc: AURC.sum(outcomes).area, totals: outcomes.totals)
  }

  func value(aurc: Double, totals: RankingTotals) -> Double {
    switch optimum {
    case .exact: aurc - AURC.optimum(totals)
    case .asymptotic: aurc - Self.asymptoticOptimum(risk: totals.risk)
    }
  }

  static func asymptoticOptimum(risk: Double) -> Double {
    risk == 1 ? 1 : risk + (1 - risk) * log1p(-risk)
  }
}

extension MetricDescriptor<ScoredOutcomes> {
  public static let eaurc = Self(
    id: "e_aurc", title: "E-AURC",
    definition:
      "aurc − its smallest possible value for the same number of errors, exact for N samples",
    direction: .lowerIsBetter, source: "Geifman, Uziel & El-Yaniv, ICLR 2019, arXiv:1805.08206",
    make: { EAURC() })

  public static let eaurcAsymptotic = Self(
    id: "eaurc_asymptotic", title: "E-AURC (asymptotic)",
    definition: "aurc − (r + (1 − r) ln(1 − r)), r the overall risk",
    direction: .lowerIsBetter, source: "Geifman, Uziel & El-Yaniv, ICLR 2019, arXiv:1805.08206",
    cost: .onRequest, make: { EAURC(optimum: .asymptotic) })
}
