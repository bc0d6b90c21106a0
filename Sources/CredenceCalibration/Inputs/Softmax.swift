import CredenceMetrics
import Foundation

/// The softmax of one sample, the same for a whole set and for a single sample on a device.
enum Softmax {
  /// The first of the largest entries and the probability that the softmax gives it.
  static func topLabel(
    _ scores: UnsafeBufferPointer<Double>, inverseTemperature: Double,
    scratch: UnsafeMutableBufferPointer<Double>
  ) -> (label: Int, confidence: Double) {
    let label = indexOfMaximum(scores)
    let sum = exponentiate(
      scores, minus: scores[label], times: inverseTemperature, into: scratch)
    return (label, 1 / sum)
  }

  /// The probabilities of all classes.
  static func probabilities(
    _ scores: UnsafeBufferPointer<Double>, inverseTemperature: Double,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    let sum = exponentiate(
      scores, minus: maximum(scores), times: inverseTemperature, into: output)
    for index in 0..<output.count { output[index] /= sum }
  }

  /// Replaces logits by the softmax minus the true class's indicator, and returns −ln p of that class.
  static func residual(of row: UnsafeMutableBufferPointer<Double>, label: Int) -> Double {
    let largest = maximum(UnsafeBufferPointer(row))
    let truth = row[label]
    let sum = exponentiate(UnsafeBufferPointer(row), minus: largest, times: 1, into: row)
    let inverse = 1 / sum
    for index in 0..<row.count { row[index] *= inverse }
    row[label] -= 1
    return log(sum) + largest - truth
  }

  /// The largest entry.
  static func maximum(_ values: UnsafeBufferPointer<Double>) -> Double {
    // Eight candidates side by side keep the processor busy.
    var best = Double8(repeating: values[0])
    var index = 0
    while index + 8 <= values.count {
      let next = Double8(values, at: index)
      best.replace(with: next, where: next .> best)
      index += 8
    }
    var largest = best.max()
    while index < values.count {
      largest = values[index] > largest ? values[index] : largest
      index += 1
    }
    return largest
  }

  /// The position of the largest entry; the first of equals.
  static func indexOfMaximum(_ values: UnsafeBufferPointer<Double>) -> Int {
    let largest = maximum(values)
    var index = 0
    while index < values.count - 1, values[index] != largest { index += 1 }
    return index
  }

  /// Writes e^((x − largest) · factor) of each entry, and returns the sum.
  private static func exponentiate(
    _ values: UnsafeBufferPointer<Double>, minus largest: Double, times factor: Double,
    into output: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    var sums = Double8.zero
    var index = 0
    while index + 8 <= values.count {
      let result = exponential((Double8(values, at: index) - largest) * factor)
      for lane in 0..<8 { output[index + lane] = result[lane] }
      sums += result
      index += 8
    }
    if index < values.count {
      // Lanes without an entry become 0.
      var rest = Double8(repeating: -Double.infinity)
      for lane in 0..<values.count - index {
        rest[lane] = (values[index + lane] - largest) * factor
      }
      let result = exponential(rest).replacing(with: 0, where: rest .< -708)
      for lane in 0..<values.count - index { output[index + lane] = result[lane] }
      sums += result
    }
    return sums.sum()
  }
}

extension SIMD8<Double> {
  /// Eight consecutive numbers.
  @inline(__always)
  fileprivate init(_ values: UnsafeBufferPointer<Double>, at index: Int) {
    self.init(
      values[index], values[index + 1], values[index + 2], values[index + 3], values[index + 4],
      values[index + 5], values[index + 6], values[index + 7])
  }
}
