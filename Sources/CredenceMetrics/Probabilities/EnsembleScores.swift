public import CredencePredictions
import Foundation

/// How sure the members of an ensemble are, alone and together; all numbers grow with doubt.
///
/// Members may be networks, passes with dropout, or augmented views. Entropies are in nats.
///
/// - Note: Houlsby et al., arXiv:1112.5745; Lakshminarayanan et al., arXiv:1612.01474.
public struct EnsembleScores: Sendable {
  /// The entropy of the mean of the members' probabilities: all doubt, `[samples]`.
  public private(set) var predictiveEntropies: [Double] = []
  /// The mean of the members' entropies: doubt that every member has, aleatoric.
  public private(set) var expectedEntropies: [Double] = []
  /// The difference of the two: what the members do not agree on, epistemic; never below 0.
  public private(set) var mutualInformations: [Double] = []
  /// The share of members whose class is not the one that most of them name.
  public private(set) var variationRatios: [Double] = []
  /// The mean probabilities, `[samples, classes]`, row after row.
  public private(set) var meanProbabilities: [Double] = []
  /// The class of the greatest mean probability; of several the first.
  public private(set) var predictions: [Int32] = []
  public let classCount: Int

  /// Compares the members.
  ///
  /// - Parameters:
  ///   - members: Logits, `[samples, classes]` each, of the same shape.
  ///   - temperatures: What divides the logits of each member; all 1 where `nil`.
  /// - Throws: `MetricError.unavailable` without members, `PredictionError` for other shapes or a number that is not finite.
  public init(_ members: [Matrix], temperatures: [Double]? = nil) throws {
    guard let first = members.first else {
      throw MetricError.unavailable("the file holds no logits of members")
    }
    for member in members {
      guard member.columnCount == first.columnCount else {
        throw PredictionError.countMismatch(
          what: "classes of a member", count: member.columnCount, other: "of another",
          otherCount: first.columnCount)
      }
      guard member.rowCount == first.rowCount else {
        throw PredictionError.countMismatch(
          what: "samples of a member", count: member.rowCount, other: "of another",
          otherCount: first.rowCount)
      }
    }
    precondition(temperatures.map { $0.count == members.count } ?? true)
    classCount = first.columnCount
    let inverse = temperatures.map { $0.map { 1 / $0 } } ?? members.map { _ in 1 }
    let parts = try parallelBlocks(count: first.rowCount, blockSize: 512) { rows in
      var part = Part(classCount: first.columnCount, rowCount: rows.count)
      for (member, scale) in zip(members, inverse) {
        if member.scalarType == .float64 {
          try part.add(member, rows, inverseTemperature: scale, as: Double.self)
        } else {
          try part.add(member, rows, inverseTemperature: scale, as: Float.self)
        }
      }
      part.finish(memberCount: members.count)
      return part
    }
    for part in parts {
      predictiveEntropies += part.predictiveEntropies
      expectedEntropies += part.expectedEntropies
      variationRatios += part.variationRatios
      meanProbabilities += part.means
      predictions += part.predictions
    }
    mutualInformations = zip(predictiveEntropies, expectedEntropies).map {
      // Equal members differ by the rounding of the sums, which must not break ties.
      max(0, (($0 - $1) * 0x1p40).rounded() * 0x1p-40)
    }
  }

  /// The entropy of probabilities, −Σ p ln p, in nats.
  static func entropy(_ probabilities: some Collection<Double>) -> Double {
    probabilities.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
  }
}

/// Some rows of all members.
private struct Part: Sendable {
  let classCount: Int
  var means: [Double]
  var votes: [Int32]
  var expectedEntropies: [Double]
  var predictiveEntropies: [Double] = []
  var variationRatios: [Double] = []
  var predictions: [Int32] = []

  init(classCount: Int, rowCount: Int) {
    self.classCount = classCount
    means = Array(repeating: 0, count: rowCount * classCount)
    votes = Array(repeating: 0, count: rowCount * classCount)
    expectedEntropies = Array(repeating: 0, count: rowCount)
  }

  /// Adds what one member says.
  mutating func add<Scalar: MatrixScalar>(
    _ member: Matrix, _ rows: Range<Int>, inverseTemperature: Double, as _: Scalar.Type
  ) throws {
    let softmax = SoftmaxRow(classCount: classCount)
    var scratch: [Scalar] = []
    try member.withRows(rows, scratch: &scratch) { values in
      guard let base = values.baseAddress else { return }
      for index in 0..<rows.count {
        try softmax.setLogits(
          base + index * classCount, inverseTemperature: inverseTemperature,
          row: rows.lowerBound + index)
        let start = index * classCount
        let (logits, probabilities) = (softmax.logits, softmax.probabilities)
        var entropy = 0.0
        for label in 0..<classCount {
          means[start + label] += probabilities[label]
          // The distance from the greatest logit keeps its digits however large that is.
          entropy += probabilities[label] * (softmax.maximum - logits[label])
        }
        expectedEntropies[index] += entropy + softmax.logTotal
        votes[start + softmax.prediction] += 1
      }
    }
  }

  /// Turns sums into means.
  mutating func finish(memberCount: Int) {
    let share = 1 / Double(memberCount)
    for index in means.indices { means[index] *= share }
    for row in expectedEntropies.indices {
      expectedEntropies[row] *= share
      let range = row * classCount..<(row + 1) * classCount
      let mean = means[range]
      predictiveEntropies.append(EnsembleScores.entropy(mean))
      variationRatios.append(1 - Double(votes[range].max() ?? 0) * share)
      var best = range.lowerBound
      for position in range where means[position] > means[best] { best = position }
      predictions.append(Int32(best - range.lowerBound))
    }
    votes = []
  }
}
