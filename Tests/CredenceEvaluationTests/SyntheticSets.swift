import CredenceCalibration
import CredencePredictions
import Foundation

/// Prediction sets with known properties.
enum SyntheticSets {
  /// Overconfident logits: labels are drawn from softmax(z / 2).
  static func logits(
    count: Int = 600, classes: Int = 7, seed: UInt64 = 1, noise: Double = 0, model: String = "net"
  ) throws -> PredictionSet {
    // Labels depend on the seed alone, so that sets with other noise are about the same samples.
    var generator = SplitMix64(seed: seed)
    var noiseGenerator = SplitMix64(seed: seed &+ 1000)
    var logits: [Float] = []
    var labels: [Int32] = []
    for _ in 0..<count {
      let z = (0..<classes).map { _ in Double.random(in: -4...4, using: &generator) }
      let e = z.map { exp($0 / 2) }
      var u = Double.random(in: 0..<1, using: &generator) * e.reduce(0, +)
      let label = e.firstIndex { value in
        u -= value
        return u < 0
      }
      labels.append(Int32(label ?? classes - 1))
      logits += z.map { Float($0 + noise * Double.random(in: -1...1, using: &noiseGenerator)) }
    }
    var metadata = PredictionMetadata()
    metadata.model = model
    return try PredictionSet(
      .logits(Matrix(logits, columnCount: classes)), labels: labels, metadata: metadata)
  }

  /// The same set with its rows in another order.
  static func reordered(_ set: PredictionSet, _ order: [Int]) throws -> PredictionSet {
    guard let matrix = set.scoreMatrix, let labels = set.labels else { return set }
    return try PredictionSet(
      .logits(Matrix(order.flatMap { matrix.row($0) }, columnCount: matrix.columnCount)),
      labels: order.map { labels[$0] }, metadata: set.metadata)
  }
}
