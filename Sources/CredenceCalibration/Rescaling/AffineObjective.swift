import CredencePredictions
import Foundation

/// The mean negative log-likelihood of z′ = W z + b with off-diagonal and intercept regularization (ODIR), and its gradient.
///
/// Parameters stand as W, row after row, then b. Added to the likelihood are λ / (K (K − 1)) Σ_{i≠j} W_ij² and μ / K Σ b².
///
/// - Note: Kull, Perello-Nieto, Kängsepp, Silva Filho, Song & Flach, NeurIPS 2019.
struct AffineObjective {
  let classCount: Int
  private let scores: [Double]
  private let labels: [Int32]
  private let offDiagonalWeight: Double
  private let interceptWeight: Double

  init(
    _ set: PredictionSet, usesLogProbabilities: Bool, settings: PolicySettings, method: String
  ) throws {
    for (name, value) in [
      ("lambda", settings.offDiagonalWeight), ("mu", settings.interceptWeight),
    ] where !(value >= 0 && value.isFinite) {
      throw CalibrationError.invalidSetting(
        name: name, value: value, allowed: "a finite number from 0")
    }
    let rows = try ScoreRows(set, purpose: method)
    let labeled = try LabeledRows(set, purpose: method)
    classCount = rows.classCount
    guard classCount <= AffineMap.maximumClassCount else {
      throw CalibrationError.tooManyClasses(
        found: classCount, allowed: AffineMap.maximumClassCount, method: method)
    }
    let count = classCount
    let blocks = try rows.parallelMap(labeled.rows) { _, values in
      var block = Array(values)
      if usesLogProbabilities { block.normalizeRows(of: count) }
      return block
    }
    scores = Array(blocks.joined())
    labels = labeled.labels
    offDiagonalWeight = settings.offDiagonalWeight
    interceptWeight = settings.interceptWeight
  }

  var sampleCount: Int { labels.count }

  func evaluate(_ parameters: [Double]) throws -> (loss: Double, gradient: [Double]) {
    let (loss, residuals) = try residuals(parameters)
    let penalty = penalize(parameters)
    var gradient = penalty.gradient
    let share = 1 / Double(sampleCount)
    let count = classCount
    // Each block has the gradient of some classes, so nothing has to be added over blocks.
    let parts = try parallelBlocks(count: count, blockSize: 32) { classes in
      var part = [Double](repeating: 0, count: classes.count * (count + 1))
      residuals.withUnsafeBufferPointer { residuals in
        part.withUnsafeMutableBufferPointer { part in
          let size = classes.count * count
          scores.withUnsafeBufferPointer { scores in
            MatrixProduct.accumulateTransposed(
              residuals, stride: count, selecting: classes, times: scores, rows: sampleCount,
              columns: count, into: UnsafeMutableBufferPointer(rebasing: part[..<size]))
          }
          for sample in 0..<sampleCount {
            for (index, label) in classes.enumerated() {
              part[size + index] += residuals[sample * count + label]
            }
          }
        }
      }
      return part
    }
    for (index, part) in parts.enumerated() {
      let classes = part.count / (count + 1)
      let first = index * 32
      for cell in 0..<classes * count { gradient[first * count + cell] += part[cell] * share }
      for label in 0..<classes {
        gradient[count * count + first + label] += part[classes * count + label] * share
      }
    }
    return (loss * share + penalty.loss, gradient)
  }

  /// The summed loss, and the softmax minus the labels' indicators, `[samples, classes]`.
  private func residuals(_ parameters: [Double]) throws -> (loss: Double, residuals: [Double]) {
    let count = classCount
    let transposed = Array(parameters[..<(count * count)]).transposed(columns: count)
    let bias = Array(parameters[(count * count)...])
    var residuals = [Double](repeating: 0, count: scores.count)
    let losses = try residuals.withUnsafeMutableBufferPointer { buffer in
      // Blocks write disjoint rows.
      nonisolated(unsafe) let output = buffer
      return try parallelBlocks(count: sampleCount, blockSize: max(64, 262_144 / count)) { block in
        let cells = block.lowerBound * count..<block.upperBound * count
        let target = UnsafeMutableBufferPointer(rebasing: output[cells])
        scores.withUnsafeBufferPointer {
          AffineMap.apply(
            transposedWeight: transposed, bias: bias, to: UnsafeBufferPointer(rebasing: $0[cells]),
            into: target)
        }
        var loss = 0.0
        for (index, sample) in block.enumerated() {
          loss += Softmax.residual(
            of: UnsafeMutableBufferPointer(
              rebasing: target[index * count..<(index + 1) * count]), label: Int(labels[sample]))
        }
        return loss
      }
    }
    return (losses.reduce(0, +), residuals)
  }

  private func penalize(_ parameters: [Double]) -> (loss: Double, gradient: [Double]) {
    let count = classCount
    let weightShare = count > 1 ? offDiagonalWeight / Double(count * (count - 1)) : 0
    let biasShare = interceptWeight / Double(count)
    var loss = 0.0
    var gradient = [Double](repeating: 0, count: parameters.count)
    for row in 0..<count {
      for column in 0..<count where column != row {
        let value = parameters[row * count + column]
        loss += weightShare * value * value
        gradient[row * count + column] = 2 * weightShare * value
      }
    }
    for index in count * count..<parameters.count {
      loss += biasShare * parameters[index] * parameters[index]
      gradient[index] = 2 * biasShare * parameters[index]
    }
    return (loss, gradient)
  }

  /// Fits the map from the diagonal matrix of the best temperature.
  func fit(_ settings: PolicySettings, inverseTemperature: Double) throws -> (
    map: AffineMap, outcome: LBFGS<Double>.Outcome
  ) {
    let count = classCount
    var start = [Double](repeating: 0, count: count * (count + 1))
    for label in 0..<count { start[label * (count + 1)] = inverseTemperature }
    let outcome = try LBFGS<Double>(settings, historySize: 10).minimize(from: start, evaluate)
    let map = AffineMap(
      weight: PackedNumbers(Array(outcome.parameters[..<(count * count)])),
      bias: Array(outcome.parameters[(count * count)...]))
    return (map, outcome)
  }
}
