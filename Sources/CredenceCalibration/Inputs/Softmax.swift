import Foundation

/// The softmax of one sample, the same for a whole set and for a single sample on a device.
enum Softmax {
  /// The first of the largest entries and the probability that the softmax gives it.
  static func topLabel(_ scores: UnsafeBufferPointer<Double>, inverseTemperature: Double)
    -> (label: Int, confidence: Double)
  {
    let label = indexOfMaximum(scores)
    let largest = scores[label]
    var sum = 0.0
    for score in scores { sum += exp((score - largest) * inverseTemperature) }
    return (label, 1 / sum)
  }

  /// The probabilities of all classes.
  static func probabilities(
    _ scores: UnsafeBufferPointer<Double>, inverseTemperature: Double,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    let largest = scores[indexOfMaximum(scores)]
    var sum = 0.0
    for index in scores.indices {
      let value = exp((scores[index] - largest) * inverseTemperature)
      output[index] = value
      sum += value
    }
    for index in output.indices { output[index] /= sum }
  }

  /// The position of the largest entry; the first of equals.
  static func indexOfMaximum<Scalar: Comparable>(_ values: UnsafeBufferPointer<Scalar>) -> Int {
    var best = 0
    for index in 1..<max(1, values.count) where values[index] > values[best] { best = index }
    return best
  }
}
