import CredencePredictions
import Foundation

/// The mean cross-entropy of logits divided by a temperature, and its derivative by the temperature.
protocol Galil2023Objective<Scalar> {
  associatedtype Scalar: MatrixScalar

  init(logits: [Scalar], labels: [Int32], classCount: Int)

  mutating func evaluate(_ temperature: Scalar) throws -> (loss: Scalar, gradient: Scalar)
}

extension Galil2023Objective {
  /// The objective on the labeled samples of a set, whose logits are copied once.
  init(_ set: PredictionSet, rows: [Int]?) throws {
    let scores = try ScoreRows(set, purpose: "Temperature scaling")
    let labeled = try LabeledRows(set, among: rows, purpose: "Temperature scaling")
    let blocks = try scores.parallelMap(labeled.rows) { _, values in values.map { Scalar($0) } }
    self.init(
      logits: Array(blocks.joined()), labels: labeled.labels, classCount: scores.classCount)
  }
}

/// The objective in single precision, rounded as in the published program.
struct Float32TemperatureObjective: Galil2023Objective {
  private let logits: [Float]
  private let labels: [Int32]
  private let classCount: Int
  /// What each entry adds to the derivative, `[samples, classes]`.
  private var terms: [Float]

  init(logits: [Float], labels: [Int32], classCount: Int) {
    self.logits = logits
    self.labels = labels
    self.classCount = classCount
    terms = [Float](repeating: 0, count: logits.count)
  }

  mutating func evaluate(_ temperature: Float) throws -> (loss: Float, gradient: Float) {
    let (logits, labels, classCount) = (logits, labels, classCount)
    let share = 1 / Float(labels.count)
    let losses = try terms.withUnsafeMutableBufferPointer { terms in
      // Blocks write disjoint rows.
      nonisolated(unsafe) let output = terms
      return try parallelBlocks(count: labels.count, blockSize: max(1, 65_536 / classCount)) {
        block in
        var scratch = [Float](repeating: 0, count: 2 * classCount)
        return logits.withUnsafeBufferPointer { logits in
          scratch.withUnsafeMutableBufferPointer { scratch in
            block.map { sample in
              let entries = sample * classCount..<(sample + 1) * classCount
              return Self.row(
                UnsafeBufferPointer(rebasing: logits[entries]), label: Int(labels[sample]),
                temperature: temperature, share: share, scratch: scratch,
                terms: UnsafeMutableBufferPointer(rebasing: output[entries]))
            }
          }
        }
      }
    }
    let loss = Float32Arithmetic.lossSum(Array(losses.joined())) / Float(labels.count)
    return (loss, terms.withUnsafeBufferPointer { Float32Arithmetic.tensorSum($0) })
  }

  /// The loss of one sample; writes what its entries add to the derivative.
  private static func row(
    _ logits: UnsafeBufferPointer<Float>, label: Int, temperature: Float, share: Float,
    scratch: UnsafeMutableBufferPointer<Float>, terms: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    let count = logits.count
    let scaled = UnsafeMutableBufferPointer(rebasing: scratch[0..<count])
    let weights = UnsafeMutableBufferPointer(rebasing: scratch[count..<2 * count])
    var largest = -Float.infinity
    for index in 0..<count {
      let value = logits[index] / temperature
      scaled[index] = value
      largest = value > largest ? value : largest
    }
    for index in 0..<count { weights[index] = scaled[index] - largest }
    Float32Arithmetic.exponentiate(weights)
    let logSum = Float32Arithmetic.logarithm(Float32Arithmetic.rowSum(weights))
    // The backward pass takes the softmax from its logarithm again.
    for index in 0..<count { weights[index] = (scaled[index] - largest) - logSum }
    let loss = -weights[label]
    Float32Arithmetic.exponentiate(weights)
    let hit = Float32Arithmetic.fused(weights[label], share, -share)
    for index in 0..<count {
      terms[index] = -(weights[index] * share) * (scaled[index] / temperature)
    }
    terms[label] = -hit * (scaled[label] / temperature)
    return loss
  }
}

/// The objective in double precision.
struct Float64TemperatureObjective: Galil2023Objective {
  private let logits: [Double]
  private let labels: [Int32]
  private let classCount: Int

  init(logits: [Double], labels: [Int32], classCount: Int) {
    self.logits = logits
    self.labels = labels
    self.classCount = classCount
  }

  func evaluate(_ temperature: Double) throws -> (loss: Double, gradient: Double) {
    let count = classCount
    let blocks = try parallelBlocks(count: labels.count, blockSize: max(1, 65_536 / count)) {
      block in
      var loss = 0.0
      var gradient = 0.0
      logits.withUnsafeBufferPointer { logits in
        for sample in block {
          let row = UnsafeBufferPointer(
            rebasing: logits[sample * count..<(sample + 1) * count])
          // A negative temperature, which the recipe can reach, turns the order around.
          let largest = temperature > 0 ? row.max() ?? 0 : row.min() ?? 0
          let truth = row[Int(labels[sample])]
          var sum = 0.0
          var first = 0.0
          for value in row {
            let weight = exp((value - largest) / temperature)
            sum += weight
            first += weight * value
          }
          loss += log(sum) + (largest - truth) / temperature
          gradient += (truth - first / sum) / (temperature * temperature)
        }
      }
      return (loss, gradient)
    }
    let samples = Double(labels.count)
    return (
      blocks.reduce(0) { $0 + $1.0 } / samples, blocks.reduce(0) { $0 + $1.1 } / samples
    )
  }
}
