public import CredencePredictions
import Foundation

/// A fitted temperature, with what certifies it.
public struct TemperatureFit: Codable, Hashable, Sendable {
  /// T, by which logits are divided; above 1 the classifier was overconfident.
  public var temperature: Double
  /// `[low, high]`: temperatures between which the optimum is known to lie, by the sign of the gradient.
  public var bracket: [Double]
  /// The derivative of the mean negative log-likelihood by 1 / T at the solution.
  public var gradient: Double
  /// Passes over the logits.
  public var iterations: Int
  /// Whether the optimum lies outside `TemperatureScaling.range`, so that its nearest end was taken.
  public var isAtBound: Bool
  /// Mean negative log-likelihood at the solution, in nats.
  public var nll: Double
}

/// Temperature scaling: one number T that makes softmax(z / T) fit the labels best.
///
/// The mean negative log-likelihood is convex in b = 1 / T, so the minimum is found by Newton's method inside a bracket: it can neither
/// diverge nor become negative. For stored probabilities the logits are their logarithms.
///
/// - Note: Guo et al., ICML 2017, arXiv:1706.04599.
public enum TemperatureScaling {
  /// Where temperatures are looked for.
  public static let range = 0.01...100.0

  /// The temperature that fits the labeled samples of a set best.
  ///
  /// - Parameters:
  ///   - set: A set with logits or probabilities of all classes, and labels.
  ///   - rows: Which rows to fit on, all where `nil`.
  /// - Returns: The temperature, exact to about 10⁻⁹ relative.
  /// - Throws: `CalibrationError.unavailable` without logits, probabilities or labels; `PredictionError` naming a bad row.
  public static func fit(_ set: PredictionSet, rows: [Int]? = nil) throws -> TemperatureFit {
    var foldOfRow = [UInt8](
      repeating: rows == nil ? 0 : TemperatureObjective.leftOut, count: set.sampleCount)
    for row in rows ?? [] { foldOfRow[row] = 0 }
    let objective = try TemperatureObjective(set, foldOfRow: foldOfRow, foldCount: 1)
    var solver = TemperatureSolver(objective, groups: [[0]])
    return try solver.solve()[0]
  }

  /// For each fold the temperature that fits all other folds best, so that every sample can be scored by a temperature it had no part in.
  ///
  /// - Parameters:
  ///   - set: A set with logits or probabilities of all classes, and labels.
  ///   - folds: Which fold each row is in.
  /// - Returns: One fit per fold.
  /// - Throws: As `fit(_:rows:)`; `CalibrationError.tooFewSamples` where a fold's complement is empty.
  public static func crossFit(_ set: PredictionSet, folds: Folds) throws -> [TemperatureFit] {
    let objective = try TemperatureObjective(
      set, foldOfRow: folds.foldOfRow, foldCount: folds.count)
    let groups = (0..<folds.count).map { left in (0..<folds.count).filter { $0 != left } }
    var solver = TemperatureSolver(objective, groups: groups)
    return try solver.solve()
  }
}
