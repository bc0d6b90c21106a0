public import CredencePredictions
import Foundation

/// The temperature as the published program finds it: L-BFGS from 1.5, learning rate 0.01, without a line search.
///
/// The recipe stops early where losses in single precision no longer change, and can leap to a large or negative temperature,
/// where nothing checks it; `warning` tells. For a temperature that can be relied upon take `TemperatureScaling`.
///
/// - Note: Galil, Dabbah & El-Yaniv, ICLR 2023, `utils/temperature_scaling.py`.
public struct Galil2023Temperature: Codable, Hashable, Sendable {
  /// The arithmetic of the run.
  public enum Precision: String, Codable, Hashable, Sendable, CaseIterable {
    /// As published.
    case float32
    /// For comparison: fewer steps end early.
    case float64
  }

  /// Why the temperature should not be used.
  public enum Warning: Codable, Hashable, Sendable {
    /// It is 0, negative or not a number.
    case notPositive
    /// It lies more than 10 % from the optimum.
    case farFromOptimum(exact: Double)
  }

  public var temperature: Double
  /// The optimum by the convex solver.
  public var exactTemperature: Double
  public var iterations: Int
  public var evaluations: Int
  /// The mean cross-entropy at temperature 1 and at the one found, in the run's arithmetic.
  public var lossBefore: Double
  public var lossAfter: Double
  public var warning: Warning?

  /// Runs the recipe.
  ///
  /// - Parameters:
  ///   - set: Logits of all classes, with labels; for probabilities their logarithms are taken.
  ///   - rows: The validation samples; all labeled ones without it.
  ///   - precision: The published program uses single precision.
  /// - Returns: Where the recipe stopped, and a warning where that is no optimum.
  /// - Throws: `CalibrationError.unavailable` for what the set lacks.
  public static func fit(
    _ set: PredictionSet, rows: [Int]? = nil, precision: Precision = .float32
  ) throws -> Self {
    var result =
      switch precision {
      case .float32: try run(Float32TemperatureObjective(set, rows: rows))
      case .float64: try run(Float64TemperatureObjective(set, rows: rows))
      }
    let exact = try TemperatureScaling.fit(set, rows: rows).temperature
    result.exactTemperature = exact
    if !(result.temperature > 0) {
      result.warning = .notPositive
    } else if abs(result.temperature - exact) > 0.1 * exact {
      result.warning = .farFromOptimum(exact: exact)
    }
    return result
  }

  private static func run<Objective: Galil2023Objective>(_ objective: Objective) throws -> Self {
    var objective = objective
    let before = try objective.evaluate(1)
    var method = LBFGS<Objective.Scalar>()
    method.learningRate = 0.01
    method.maximumIterations = 5_000
    method.maximumEvaluations = 6_250
    let outcome = try method.minimize(from: [1.5]) { parameters in
      let (loss, gradient) = try objective.evaluate(parameters[0])
      return (loss, [gradient])
    }
    let temperature = outcome.parameters[0]
    return Self(
      temperature: Double(temperature), exactTemperature: 0, iterations: outcome.iterations,
      evaluations: outcome.evaluations, lossBefore: Double(before.loss),
      lossAfter: Double(try objective.evaluate(temperature).loss))
  }

  private init(
    temperature: Double, exactTemperature: Double, iterations: Int, evaluations: Int,
    lossBefore: Double, lossAfter: Double
  ) {
    self.temperature = temperature
    self.exactTemperature = exactTemperature
    self.iterations = iterations
    self.evaluations = evaluations
    self.lossBefore = lossBefore
    self.lossAfter = lossAfter
  }

  /// The three lines that the published program prints.
  ///
  /// - Parameters:
  ///   - eceBefore: The 15-bin calibration error at temperature 1.
  ///   - eceAfter: The same at the temperature found.
  /// - Returns: The lines, without line breaks.
  public func printedLines(eceBefore: Double, eceAfter: Double) -> [String] {
    [
      "Before temperature - NLL: \(three(lossBefore)), ECE: \(three(eceBefore))",
      "Optimal temperature: \(three(temperature))",
      "After temperature - NLL: \(three(lossAfter)), ECE: \(three(eceAfter))",
    ]
  }

  private func three(_ value: Double) -> String { String(format: "%.3f", value) }
}
