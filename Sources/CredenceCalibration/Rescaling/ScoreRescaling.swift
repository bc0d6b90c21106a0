public import CredencePredictions
import Foundation

/// A policy that turns the scores of all classes into better ones.
public protocol ScoreRescaling: FittedPolicy {
  /// Whether probabilities are taken for what they are: log p is used even where logits are there.
  static var usesLogProbabilities: Bool { get }

  /// Rescales consecutive samples.
  ///
  /// - Parameters:
  ///   - scores: `[samples, classes]`, row after row.
  ///   - classCount: The number of classes.
  ///   - output: The new logits, of the same shape.
  func rescale(
    _ scores: UnsafeBufferPointer<Double>, classCount: Int,
    into output: UnsafeMutableBufferPointer<Double>)
}

extension ScoreRescaling {
  public static var usesLogProbabilities: Bool { false }

  /// The new logits of all samples, as 32-bit numbers.
  ///
  /// Rounding never changes which class is first: where two entries become equal, the winner is moved up by one step.
  public func rescaled(_ set: PredictionSet, purpose: String) throws -> Matrix {
    let rows = try ScoreRows(set, purpose: purpose)
    let count = rows.classCount
    var data = Data(count: set.sampleCount * count * MemoryLayout<Float>.size)
    try data.withUnsafeMutableBytes { raw in
      // Blocks write disjoint parts.
      nonisolated(unsafe) let output = raw.bindMemory(to: Float.self)
      _ = try rows.parallelMap(Array(0..<set.sampleCount)) { block, scores in
        var rescaled = [Double](repeating: 0, count: scores.count)
        var source = Self.usesLogProbabilities ? Array(scores) : []
        if Self.usesLogProbabilities { source.normalizeRows(of: count) }
        rescaled.withUnsafeMutableBufferPointer { new in
          if Self.usesLogProbabilities {
            source.withUnsafeBufferPointer { rescale($0, classCount: count, into: new) }
          } else {
            rescale(scores, classCount: count, into: new)
          }
          for index in 0..<block.count {
            let row = UnsafeBufferPointer(rebasing: new[index * count..<(index + 1) * count])
            let target = UnsafeMutableBufferPointer(
              rebasing: output[
                (block.lowerBound + index) * count..<(block.lowerBound + index + 1) * count])
            row.round(into: target)
          }
        }
      }
    }
    return try Matrix(
      bytes: data, rowCount: set.sampleCount, columnCount: count, scalarType: .float32)
  }

  public func applied(to set: PredictionSet, name: String, uniforms: [Double]?) throws
    -> AppliedPolicy
  {
    var result = AppliedPolicy(set: set)
    result.set.output = .logits(try rescaled(set, purpose: "The policy ‘\(name)’"))
    // These belong to the logits as they were.
    result.set.head = nil
    result.set.memberLogits = []
    guard set.labels != nil else { return result }
    try result.compareAccuracy(with: set)
    return result
  }
}

extension AppliedPolicy {
  /// Adds the accuracy before and after to the summary, where samples are labeled.
  mutating func compareAccuracy(with original: PredictionSet) throws {
    guard let labels = original.labels else { return }
    let rows = labels.indices.filter { labels[$0] >= 0 }
    guard !rows.isEmpty else { return }
    for (key, top) in [
      ("accuracy_before", try TopLabels(original)), ("accuracy", try TopLabels(set)),
    ] {
      let hits = rows.count { top.labels[$0] == labels[$0] }
      summary[key] = Double(hits) / Double(rows.count)
    }
  }
}

extension [Double] {
  /// Turns each row of scores into the logarithms of its softmax.
  mutating func normalizeRows(of count: Int) {
    withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: values.count, by: count) {
        let row = UnsafeMutableBufferPointer(rebasing: values[start..<start + count])
        let largest = row[Softmax.indexOfMaximum(UnsafeBufferPointer(row))]
        var sum = 0.0
        for value in row { sum += exp(value - largest) }
        let logarithm = largest + log(sum)
        for index in row.indices { row[index] -= logarithm }
      }
    }
  }
}

extension UnsafeBufferPointer<Double> {
  /// Rounds a row to `Float` and keeps its first largest entry first.
  fileprivate func round(into target: UnsafeMutableBufferPointer<Float>) {
    let limit = Double(Float.greatestFiniteMagnitude)
    for index in indices { target[index] = Float(Swift.min(Swift.max(self[index], -limit), limit)) }
    let winner = Softmax.indexOfMaximum(self)
    let largest = target[winner]
    if target[0..<winner].contains(largest), largest < .greatestFiniteMagnitude {
      target[winner] = largest.nextUp
    }
  }
}
