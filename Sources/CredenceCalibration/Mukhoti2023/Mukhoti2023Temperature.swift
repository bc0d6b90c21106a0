import CredenceMetrics
public import CredencePredictions
import Foundation

/// The temperature as the published code for Deep Deterministic Uncertainty finds it: the best of a hundred values.
///
/// The values are 0.1, 0.2, …, each the sum of the one before and 0.1, so the last is 9.99999999999998. For a temperature that is not
/// rounded to tenths take `TemperatureScaling`.
///
/// - Note: Mukhoti et al., CVPR 2023, arXiv:2102.11582, `utils/temperature_scaling.py`.
public struct Mukhoti2023Temperature: Codable, Hashable, Sendable {
  /// What the best value has the least of.
  public enum Criterion: String, Codable, Hashable, Sendable, CaseIterable {
    /// Mean cross-entropy.
    case nll
    /// Calibration error in 15 bins.
    case ece
  }

  /// The first of the values with the least criterion.
  public let temperature: Double
  /// Mean cross-entropy and calibration error at temperature 1.
  public let nllBefore: Double
  public let eceBefore: Double
  /// The same at the temperature found.
  public let nllAfter: Double
  public let eceAfter: Double

  /// The values that are tried.
  public static let grid: [Double] = {
    var values: [Double] = []
    var temperature = 0.1
    for _ in 0..<100 {
      values.append(temperature)
      temperature += 0.1
    }
    return values
  }()

  /// Tries the grid.
  ///
  /// - Parameters:
  ///   - set: Logits of all classes, with labels.
  ///   - rows: The validation samples; all labeled ones without it.
  ///   - criterion: The cross-entropy unless told otherwise.
  /// - Returns: The first value with the least criterion, in single precision.
  /// - Throws: `CalibrationError.unavailable` for what the set lacks.
  public static func fit(
    _ set: PredictionSet, rows: [Int]? = nil, criterion: Criterion = .nll
  ) throws -> Self {
    let scores = try ScoreRows(set, purpose: "Temperature scaling")
    let labeled = try LabeledRows(set, among: rows, purpose: "Temperature scaling")
    let blocks = try scores.parallelMap(labeled.rows) { _, values in values.map { Float($0) } }
    let grid = GridObjective(
      logits: Array(blocks.joined()), labels: labeled.labels, classCount: scores.classCount)
    let before = try grid.evaluate(1)
    var best = (temperature: 1.0, nll: before.nll, ece: before.ece)
    var least = Float(1e7)
    for temperature in Self.grid {
      let found = try grid.evaluate(Float(temperature))
      let value = criterion == .nll ? found.nll : found.ece
      if value < least {
        least = value
        best = (temperature, found.nll, found.ece)
      }
    }
    return Self(
      temperature: best.temperature, nllBefore: Double(before.nll),
      eceBefore: Double(before.ece), nllAfter: Double(best.nll), eceAfter: Double(best.ece))
  }

  /// The three lines that the published program prints.
  public var printedLines: [String] {
    func three(_ value: Double) -> String { String(format: "%.3f", value) }
    return [
      "Before temperature - NLL: \(three(nllBefore)), ECE: \(three(eceBefore))",
      "Optimal temperature: \(three(temperature))",
      "After temperature - NLL: \(three(nllAfter)), ECE: \(three(eceAfter))",
    ]
  }
}

/// Cross-entropy and calibration error in single precision.
private struct GridObjective: Sendable {
  let logits: [Float]
  let labels: [Int32]
  let classCount: Int

  func evaluate(_ temperature: Float) throws -> (nll: Float, ece: Float) {
    let parts = try parallelBlocks(
      count: labels.count, blockSize: max(1, 65_536 / classCount)
    ) { block in
      var weights = [Float](repeating: 0, count: classCount)
      var part = (losses: [Float](), confidences: [Float](), isCorrect: [Bool]())
      for sample in block {
        let start = sample * classCount
        let label = Int(labels[sample])
        var top = 0
        for index in 0..<classCount {
          weights[index] = logits[start + index] / temperature
          if weights[index] > weights[top] { top = index }
        }
        let (largest, truth) = (weights[top], weights[label])
        for index in 0..<classCount { weights[index] -= largest }
        let sum = weights.withUnsafeMutableBufferPointer { weights in
          Float32Arithmetic.exponentiate(weights)
          return Float32Arithmetic.rowSum(weights)
        }
        part.losses.append(Float32Arithmetic.logarithm(sum) - (truth - largest))
        part.confidences.append(1 / sum)
        part.isCorrect.append(top == label)
      }
      return part
    }
    let nll =
      Float32Arithmetic.lossSum(parts.flatMap(\.losses)) / Float(labels.count)
    let ece = try Galil2023Metrics(
      confidences: parts.flatMap(\.confidences), isCorrect: parts.flatMap(\.isCorrect)
    ).calibrationErrors(binCount: 15).expected
    return (nll, ece)
  }
}
