import Foundation

/// Newton's method in a bracket, for several overlapping groups of folds at once.
///
/// The groups' optima lie close together, so they share passes over the data: a pass at one b = 1 / T returns the derivatives of the
/// objective up to the fifth order for every fold, and a group whose optimum lies near that b is solved on this expansion.
struct TemperatureSolver {
  private let objective: TemperatureObjective
  private let groups: [[Int]]
  private var passes = 0

  private static let lowest = 1 / TemperatureScaling.range.upperBound
  private static let highest = 1 / TemperatureScaling.range.lowerBound

  /// More steps than any well-posed problem takes; 40 halvings of the range leave 10⁻¹¹ of it.
  private static let mostSteps = 60

  /// A solver for the unions of some folds.
  init(_ objective: TemperatureObjective, groups: [[Int]]) {
    self.objective = objective
    self.groups = groups
  }

  /// One fit per group.
  mutating func solve() throws -> [TemperatureFit] {
    for group in groups {
      guard group.contains(where: { objective.counts[$0] > 0 }) else {
        throw CalibrationError.tooFewSamples(needed: 1, found: 0, purpose: "Fitting a temperature")
      }
    }
    let everyone = Array(0..<objective.foldCount)
    var center = 1.0
    for precision in objective.schedule {
      center = try minimum(of: everyone, from: center, precision).b
    }
    passes += 1
    let shared = try objective.evaluate(center, .exact)
    return try groups.map { group in
      let expansion = shared.expansion(of: group)
      if let b = expansion.minimum {
        return fit(b, expansion)
      }
      let result = try minimum(of: group, from: expansion.estimate ?? center, .exact)
      return fit(result.b, result.expansion)
    }
  }

  private func fit(_ b: Double, _ expansion: TemperatureExpansion) -> TemperatureFit {
    let isAtBound = b <= Self.lowest || b >= Self.highest
    // The sign of the gradient changes between these two.
    let step = isAtBound ? 0 : 1e-9
    return TemperatureFit(
      temperature: 1 / b, bracket: [1 / (b * (1 + step)), 1 / (b * (1 - step))],
      gradient: expansion.derivative(at: b), iterations: passes, isAtBound: isAtBound,
      nll: expansion.value(at: b))
  }

  /// Steps until the optimum lies within the reach of the expansion at the last point.
  private mutating func minimum(
    of folds: [Int], from start: Double, _ precision: TemperatureObjective.Precision
  ) throws -> (b: Double, expansion: TemperatureExpansion) {
    var low = Self.lowest
    var high = Self.highest
    var b = min(max(start, low), high)
    var steps = 0
    while true {
      passes += 1
      steps += 1
      let expansion = try objective.evaluate(b, precision).expansion(of: folds)
      let (gradient, curvature) = (expansion.derivatives[0], expansion.derivatives[1])
      if (b == Self.highest && gradient <= 0) || (b == Self.lowest && gradient >= 0) {
        return (b, expansion)
      }
      if curvature > 0, let solution = expansion.minimum { return (solution, expansion) }
      if gradient > 0 { high = b } else { low = b }
      // All temperatures fit alike, up to rounding: logits that are all but equal.
      if high <= low * (1 + 1e-9) || steps == Self.mostSteps { return (b, expansion) }
      // Where the gradient decays exponentially, plain Newton steps crawl: they are doubled after a few.
      let factor = Double(1 << min(max(steps - 4, 0), 20))
      var next = curvature > 0 ? b - factor * gradient / curvature : .infinity
      next = min(max(next, b / 4), b * 4)
      if next >= high {
        next = high == Self.highest ? high : (low * high).squareRoot()
      } else if next <= low {
        next = low == Self.lowest ? low : (low * high).squareRoot()
      }
      b = next
    }
  }
}

/// The mean negative log-likelihood near a point, as a polynomial in b = 1 / T.
struct TemperatureExpansion {
  /// The b at which it was computed.
  let point: Double
  /// The mean negative log-likelihood there.
  let value: Double
  /// Its first to fifth derivative by b.
  let derivatives: [Double]

  /// How far from the point, relative to it, the expansion is trusted: what it leaves out is of the order 10⁻¹⁰.
  private static let reach = 0.008

  /// Where the derivative is 0, if that is within reach.
  var minimum: Double? {
    estimate.flatMap { abs($0 - point) <= Self.reach * point ? $0 : nil }
  }

  /// Where the derivative seems to be 0, if that is near.
  var estimate: Double? {
    var delta = 0.0
    for _ in 0..<8 {
      let curvature = secondDerivative(delta)
      guard curvature > 0 else { return nil }
      delta -= derivative(at: point + delta) / curvature
      guard abs(delta) <= 0.2 * point else { return nil }
    }
    let solution = point + delta
    return TemperatureScaling.range.contains(1 / solution) ? solution : nil
  }

  /// The derivative by b.
  func derivative(at b: Double) -> Double {
    let d = b - point
    return derivatives[0]
      + d
      * (derivatives[1]
        + d * (derivatives[2] / 2 + d * (derivatives[3] / 6 + d * derivatives[4] / 24)))
  }

  /// The mean negative log-likelihood.
  func value(at b: Double) -> Double {
    let d = b - point
    return value + d
      * (derivatives[0]
        + d * (derivatives[1] / 2 + d * (derivatives[2] / 6 + d * derivatives[3] / 24)))
  }

  private func secondDerivative(_ d: Double) -> Double {
    derivatives[1] + d * (derivatives[2] + d * (derivatives[3] / 2 + d * derivatives[4] / 6))
  }
}
