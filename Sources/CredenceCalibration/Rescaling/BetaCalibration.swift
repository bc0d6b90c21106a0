public import CredenceMetrics
import Foundation

/// Beta calibration of the largest probability: logit q = a ln c − b ln(1 − c) + d with a, b ≥ 0.
///
/// Confidences are kept 10⁻¹² away from 0 and 1. Where the unconstrained optimum has a negative factor, that factor is 0 and the
/// others are fitted again.
///
/// - Note: Kull, Silva Filho & Flach, AISTATS 2017.
public struct BetaCalibration: ConfidenceRescaling {
  /// The factor of ln c, at least 0.
  public var a: Double
  /// The factor of −ln(1 − c), at least 0.
  public var b: Double
  /// The shift.
  public var d: Double

  /// Maximizes the likelihood of the outcomes.
  public init(_ outcomes: ScoredOutcomes) throws {
    (a, b, d) = (1, 1, 0)
    var isFree = [true, true, true]
    // Each round fixes one more factor at most.
    for _ in 0..<3 {
      let found = try Self.fit(outcomes, isFree: isFree)
      (a, b, d) = (found[0], found[1], found[2])
      guard let negative = found[..<2].firstIndex(where: { $0 < 0 }) else { return }
      isFree[negative] = false
    }
    (a, b) = (max(a, 0), max(b, 0))
  }

  private static func fit(_ outcomes: ScoredOutcomes, isFree: [Bool]) throws -> [Double] {
    let features = outcomes.thresholds.map(Self.features)
    let share = 1 / Double(outcomes.count)
    var method = LBFGS<Double>()
    method.maximumIterations = 200
    method.gradientTolerance = 1e-9
    method.changeTolerance = 1e-14
    method.searchesLine = true
    let start = zip([1.0, 1, 0], isFree).map { $1 ? $0 : 0 }
    return try method.minimize(from: start) { parameters in
      var loss = 0.0
      var gradient = [0.0, 0, 0]
      for (group, feature) in features.enumerated() {
        let logit =
          parameters[0] * feature.0 + parameters[1] * feature.1 + parameters[2]
        let count = Double(outcomes.counts[group])
        let errors = Double(outcomes.errorCounts[group])
        // ln(1 + e^x) without overflow.
        let softplus = max(logit, 0) + log1p(exp(-abs(logit)))
        loss += count * softplus - (count - errors) * logit
        let excess = count * logistic(logit) - (count - errors)
        gradient[0] += excess * feature.0
        gradient[1] += excess * feature.1
        gradient[2] += excess
      }
      return (loss * share, zip(gradient, isFree).map { $1 ? $0 * share : 0 })
    }.parameters
  }

  private static func features(_ confidence: Double) -> (Double, Double) {
    let inner = min(max(confidence, 1e-12), 1 - 1e-12)
    return (log(inner), -log1p(-inner))
  }

  public var definition: String { "logit q = \(a) ln c − \(b) ln(1 − c) + \(d)" }

  public func validate(classCount: Int) throws(CalibrationError) {
    for (key, number) in [("a", a), ("b", b)] {
      try CalibrationError.check(
        number >= 0 && number.isFinite, key, "is not a finite number from 0")
    }
    try CalibrationError.check(d.isFinite, "d", "is not finite")
  }

  public func calibrated(_ confidence: Double) -> Double {
    let (first, second) = Self.features(confidence)
    return logistic(a * first + b * second + d)
  }
}

/// 1 / (1 + e^−x).
private func logistic(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
}

extension PolicyKind {
  public static let beta = Self(
    id: "beta", title: "Beta calibration",
    purpose: "maps the largest probability to the accuracy by a curve of three numbers",
    source: "Kull, Silva Filho & Flach, AISTATS 2017", keepsDecisions: true,
    fit: { set, _ in
      let outcomes = try ScoredOutcomes(topLabelsOf: set, purpose: "Beta calibration")
      return PolicyFit(
        parameters: try BetaCalibration(outcomes), fitSize: outcomes.count, guarantee: .none)
    })
}
