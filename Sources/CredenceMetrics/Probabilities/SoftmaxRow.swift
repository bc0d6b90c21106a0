package import CredencePredictions
import Foundation

/// The logits and probabilities of one sample, computed in memory that is reused from row to row.
///
/// Buffers are padded to a multiple of 8; the padding has logit −∞ and probability 0.
package final class SoftmaxRow {
  package let classCount: Int
  private let padded: Int
  private let logitStorage: UnsafeMutablePointer<Double>
  private let probabilityStorage: UnsafeMutablePointer<Double>
  /// The largest logit, after division by the temperature.
  package private(set) var maximum = 0.0
  /// The largest logit before division by the temperature.
  package private(set) var largest = 0.0
  /// The class of the largest score; the first one of several.
  package private(set) var prediction = 0
  /// The logarithm of the sum of the exponentials of the logits.
  package private(set) var logSumExp = 0.0
  /// `logSumExp` minus the largest logit, exact however large that is.
  package private(set) var logTotal = 0.0
  /// The largest probability.
  package private(set) var topProbability = 0.0
  /// ln(p / (1 − p)) of the largest probability p, which tells samples apart whose p is 1 in every number format.
  package var topLogOdds: Double {
    var rest = Double8()
    let top = UnsafeRawPointer(probabilityStorage).loadUnaligned(
      fromByteOffset: 8 * prediction, as: Double.self)
    probabilityStorage[prediction] = 0
    for k in stride(from: 0, to: padded, by: 8) {
      rest += UnsafeRawPointer(probabilityStorage + k).loadUnaligned(as: Double8.self)
    }
    probabilityStorage[prediction] = top
    return log(top / max(rest.sum(), .leastNormalMagnitude))
  }
  /// The sum of the squared probabilities.
  package private(set) var sumOfSquares = 0.0

  package init(classCount: Int) {
    self.classCount = classCount
    padded = (classCount + 7) & ~7
    logitStorage = .allocate(capacity: max(padded, 8))
    probabilityStorage = .allocate(capacity: max(padded, 8))
    logitStorage.initialize(repeating: -.infinity, count: max(padded, 8))
    probabilityStorage.initialize(repeating: 0, count: max(padded, 8))
  }

  deinit {
    logitStorage.deallocate()
    probabilityStorage.deallocate()
  }

  /// The logits, divided by the temperature; for stored probabilities their logarithms.
  package var logits: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: logitStorage, count: classCount)
  }

  /// The probabilities.
  package var probabilities: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: probabilityStorage, count: classCount)
  }

  /// The probabilities with their padding of zeros.
  var paddedProbabilities: UnsafeMutablePointer<Double> { probabilityStorage }

  /// The softmax of a row of logits.
  ///
  /// - Parameters:
  ///   - scores: The stored logits, `[classes]`.
  ///   - inverseTemperature: 1 / T, greater than 0.
  ///   - row: The row's number, for errors.
  /// - Throws: `PredictionError.notFinite`.
  @inline(__always)
  package func setLogits<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, inverseTemperature: Double, row: Int
  ) throws(PredictionError) {
    let largest = try load(scores, role: "logits", row: row)
    finish(largest: largest, scale: inverseTemperature)
  }

  /// A row of stored probabilities, as they are or with a temperature.
  ///
  /// - Parameters:
  ///   - scores: The stored probabilities, `[classes]`.
  ///   - inverseTemperature: 1 / T, or `nil` to keep them as they are.
  ///   - row: The row's number, for errors.
  ///   - tolerance: How far their sum may be from 1.
  /// - Throws: `PredictionError.notFinite`, `notAProbability` or `probabilitySum`.
  @inline(__always)
  package func setProbabilities<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, inverseTemperature: Double?, row: Int, tolerance: Double
  ) throws(PredictionError) {
    let largest = try load(scores, role: "probabilities", row: row)
    var sum = Double8()
    var least = Double8()
    var squares = Double8()
    for k in stride(from: 0, to: padded, by: 8) {
      var p = UnsafeRawPointer(logitStorage + k).loadUnaligned(as: Double8.self)
      p.replace(with: 0, where: p .== -.infinity)
      UnsafeMutableRawPointer(probabilityStorage + k).storeBytes(of: p, as: Double8.self)
      sum += p
      squares += p * p
      least.replace(with: p, where: p .< least)
    }
    if least.min() < -1e-6 || largest > 1 + 1e-6 {
      let column = probabilities.firstIndex { $0 < -1e-6 || $0 > 1 + 1e-6 } ?? 0
      throw .notAProbability(
        role: "probabilities", row: row, column: column, value: probabilities[column])
    }
    let total = sum.sum()
    guard abs(total - 1) <= tolerance else {
      throw .probabilitySum(row: row, sum: total, tolerance: tolerance)
    }
    if let inverseTemperature {
      replaceByLogarithms()
      finish(largest: log(max(largest, Self.smallestProbability)), scale: inverseTemperature)
    } else {
      topProbability = min(largest, 1)
      maximum = log(max(largest, Self.smallestProbability))
      self.largest = maximum
      logSumExp = 0
      sumOfSquares = squares.sum()
    }
  }

  /// Makes `logits` the logarithms of the stored probabilities.
  func replaceByLogarithms() {
    for k in stride(from: 0, to: padded, by: 8) {
      var p = UnsafeRawPointer(probabilityStorage + k).loadUnaligned(as: Double8.self)
      p.replace(with: Self.smallestProbability, where: p .< Self.smallestProbability)
      UnsafeMutableRawPointer(logitStorage + k).storeBytes(of: logarithm(p), as: Double8.self)
    }
    for k in classCount..<padded { logitStorage[k] = -.infinity }
  }

  /// The logarithm of a probability is taken of at least this, the smallest normal single-precision number.
  package static let smallestProbability = Double(Float.leastNormalMagnitude)

  /// Copies a row and finds its largest entry.
  ///
  /// Other modules call this for any number format; the two that there are get code of their own.
  @inline(__always)
  private func load<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, role: String, row: Int
  ) throws(PredictionError) -> Double {
    let memory = UnsafeRawPointer(scores)
    if Scalar.self == Float.self {
      return try loadRow(memory.assumingMemoryBound(to: Float.self), role: role, row: row)
    }
    if Scalar.self == Double.self {
      return try loadRow(memory.assumingMemoryBound(to: Double.self), role: role, row: row)
    }
    return try loadRow(scores, role: role, row: row)
  }

  @inline(__always)
  private func loadRow<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, role: String, row: Int
  ) throws(PredictionError) -> Double {
    var largest = Double8(repeating: -.infinity)
    var check = Double8()
    let whole = classCount & ~7
    for k in stride(from: 0, to: whole, by: 8) {
      // One by one, since the library converts vectors through a table of types.
      let v = Double8(
        Double(scores[k]), Double(scores[k + 1]), Double(scores[k + 2]), Double(scores[k + 3]),
        Double(scores[k + 4]), Double(scores[k + 5]), Double(scores[k + 6]),
        Double(scores[k + 7]))
      UnsafeMutableRawPointer(logitStorage + k).storeBytes(of: v, as: Double8.self)
      largest.replace(with: v, where: v .> largest)
      check += v - v
    }
    var top = largest.max()
    var invalid = check.sum()
    for k in whole..<classCount {
      let v = Double(scores[k])
      logitStorage[k] = v
      top = max(top, v)
      invalid += v - v
    }
    guard invalid == 0 else {
      let column = (0..<classCount).first { !logitStorage[$0].isFinite } ?? 0
      throw .notFinite(role: role, row: row, column: column)
    }
    prediction = first(top)
    return top
  }

  /// The first class of a score.
  @inline(__always)
  private func first(_ score: Double) -> Int {
    for k in stride(from: 0, to: padded, by: 8) {
      let v = UnsafeRawPointer(logitStorage + k).loadUnaligned(as: Double8.self)
      if any(v .== score) {
        for lane in 0..<8 where v[lane] == score { return k + lane }
      }
    }
    return 0
  }

  /// Scales the logits and fills the probabilities.
  @inline(__always)
  private func finish(largest: Double, scale: Double) {
    self.largest = largest
    maximum = largest * scale
    var sum = Double8()
    var squares = Double8()
    for k in stride(from: 0, to: padded, by: 8) {
      let z = UnsafeRawPointer(logitStorage + k).loadUnaligned(as: Double8.self) * scale
      UnsafeMutableRawPointer(logitStorage + k).storeBytes(of: z, as: Double8.self)
      var e = exponential(z - maximum)
      e.replace(with: 0, where: z .== -.infinity)
      UnsafeMutableRawPointer(probabilityStorage + k).storeBytes(of: e, as: Double8.self)
      sum += e
      squares += e * e
    }
    let total = sum.sum()
    let inverse = 1 / total
    for k in stride(from: 0, to: padded, by: 8) {
      let e = UnsafeRawPointer(probabilityStorage + k).loadUnaligned(as: Double8.self) * inverse
      UnsafeMutableRawPointer(probabilityStorage + k).storeBytes(of: e, as: Double8.self)
    }
    topProbability = inverse
    logTotal = log(total)
    logSumExp = maximum + logTotal
    sumOfSquares = squares.sum() * inverse * inverse
  }

  /// How many classes stand before one: larger scores, and equal scores of smaller index.
  ///
  /// - Parameter index: A class.
  /// - Returns: Its rank, from 0.
  func rank(of index: Int) -> Int {
    let score = probabilityStorage[index]
    var larger = SIMD8<Int64>()
    for k in stride(from: 0, to: padded, by: 8) {
      let v = UnsafeRawPointer(probabilityStorage + k).loadUnaligned(as: Double8.self)
      larger.replace(with: larger &+ 1, where: v .> score)
    }
    var rank = Int(larger.wrappedSum())
    for k in 0..<index where probabilityStorage[k] == score { rank += 1 }
    return rank
  }
}
