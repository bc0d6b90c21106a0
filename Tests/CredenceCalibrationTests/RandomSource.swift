import CredencePredictions
import Foundation

/// A seeded source of random numbers for tests (SplitMix64).
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Logits whose softmax, after division by `temperature`, is the true distribution of the labels.
  mutating func calibratedSet(
    samples: Int, classes: Int, temperature: Double = 1, spread: Double = 2
  ) throws -> PredictionSet {
    var logits: [Float] = []
    var labels: [Int32] = []
    for _ in 0..<samples {
      let row = (0..<classes).map { _ in spread * normal() }
      let weights = row.map { exp($0) }
      var rest = uniform() * weights.reduce(0, +)
      var label = 0
      while label < classes - 1, rest >= weights[label] {
        rest -= weights[label]
        label += 1
      }
      logits += row.map { Float($0 * temperature) }
      labels.append(Int32(label))
    }
    return try PredictionSet(.logits(Matrix(logits, columnCount: classes)), labels: labels)
  }
}

extension PredictionSet {
  /// Some of the samples.
  func rows(_ range: Range<Int>) throws -> PredictionSet {
    guard case .logits(let matrix) = output else { return self }
    let values = range.flatMap { matrix.row($0).map { Float($0) } }
    return try PredictionSet(
      .logits(Matrix(values, columnCount: matrix.columnCount)),
      labels: labels.map { Array($0[range]) }, metadata: metadata)
  }
}

/// The softmax, computed in the most obvious way.
func softmax(_ scores: [Double]) -> [Double] {
  let largest = scores.max() ?? 0
  let weights = scores.map { exp($0 - largest) }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}
