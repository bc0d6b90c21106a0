import Foundation

/// Leave-one-out sums of Beta kernels over a list of confidences, for `KDEECE`.
///
/// The logarithm of a kernel is concave in the confidence of its sample. So those that matter at a point, the ones above
/// 10⁻²⁰ of the largest, stand next to each other and are found by bisection.
struct BetaKernelField {
  /// Distinct, rising.
  private var confidences: [Double] = []
  /// Samples of each confidence, and the correct ones among them.
  private var counts: [Double] = []
  private var correct: [Double] = []

  init(_ outcomes: ScoredOutcomes) throws(MetricError) {
    try outcomes.requireProbabilities()
    guard outcomes.count >= 2 else { throw .tooFewSamples(needed: 2, found: outcomes.count) }
    let step = max(Double(outcomes.count) / Double(KDEECE.sampleLimit), 1)
    var (end, errorsEnd, taken, takenErrors) = (0, 0, 0, 0)
    for group in outcomes.counts.indices {
      end += Int(outcomes.counts[group])
      errorsEnd += Int(outcomes.errorCounts[group])
      // Thinned, a group keeps its share of the samples and errors, up to rounding that carries over to the next.
      let size = Int((Double(end) / step).rounded()) - taken
      let errors = min(max(Int((Double(errorsEnd) / step).rounded()) - takenErrors, 0), size)
      taken += size
      takenErrors += errors
      if size > 0 { append(outcomes.thresholds[group], size: size, errors: errors) }
    }
    confidences.reverse()
    counts.reverse()
    correct.reverse()
  }

  /// Closer confidences count as one.
  private static let smallestGap = 1e-12

  private mutating func append(_ threshold: Double, size: Int, errors: Int) {
    let confidence = min(max(threshold, 1e-9), 1 - 1e-9)
    // Bisection needs kernels that differ by more than their rounding.
    if confidences.last.map({ $0 - confidence > Self.smallestGap }) ?? true {
      confidences.append(confidence)
      counts.append(0)
      correct.append(0)
    }
    counts[counts.count - 1] += Double(size)
    correct[correct.count - 1] += Double(size - errors)
  }

  /// The error and the likelihood at a bandwidth.
  ///
  /// - Parameters:
  ///   - bandwidth: Above 0.
  ///   - pointLimit: The most confidences to take them at, evenly spaced.
  /// - Returns: The mean error and the summed likelihood over the samples at these confidences.
  func estimate(bandwidth: Double, pointLimit: Int = .max) -> KDEECE.Estimate {
    let inverse = 1 / bandwidth
    let constant: Double = lgamma(inverse + 2)
    // −ln B(c/h + 1, (1 − c)/h + 1).
    let norms = confidences.map { (confidence: Double) -> Double in
      constant - lgamma(confidence * inverse + 1) - lgamma((1 - confidence) * inverse + 1)
    }
    let total = counts.reduce(0, +)
    let spacing = max(1, (confidences.count - 1) / max(pointLimit, 1) + 1)
    let points = stride(from: 0, to: confidences.count, by: spacing).map { $0 }
    let pointTotal = points.reduce(0) { $0 + counts[$1] }
    let parts = parallelMap(count: points.count, blockSize: 64) { block in
      var part = KDEECE.Estimate(error: 0, logLikelihood: 0)
      norms.withUnsafeBufferPointer { norms in
        confidences.withUnsafeBufferPointer { confidences in
          for index in block {
            let point = Point(points[index], confidences, norms, inverse: inverse)
            add(point, others: total - 1, to: &part)
          }
        }
      }
      return part
    }
    return KDEECE.Estimate(
      error: parts.reduce(0) { $0 + $1.error } / pointTotal,
      logLikelihood: parts.reduce(0) { $0 + $1.logLikelihood })
  }

  /// Adds what the samples at one point contribute.
  private func add(_ point: Point, others: Double, to estimate: inout KDEECE.Estimate) {
    let (size, right) = (counts[point.index], correct[point.index])
    let own = size > 1 ? point.exponent(point.index) : -.infinity
    let largest = max(point.largestOther, own)
    let range = point.relevant(above: largest - 46)
    let kernels = counts.withUnsafeBufferPointer { counts in
      correct.withUnsafeBufferPointer { correct in
        point.sum(range.clamped(to: 0..<point.index), counts, correct, largest)
          + point.sum(
            range.clamped(to: point.index + 1..<confidences.count), counts, correct, largest)
      }
    }
    let kernel = size > 1 ? exp(own - largest) : 0
    let weight = kernels.weight + (size - 1) * kernel
    let confidence = point.confidence
    // A right sample leaves out a right one, itself.
    if right > 0 {
      let accuracy = (kernels.correct + (right - 1) * kernel) / weight
      estimate.error += right * abs(accuracy - confidence)
    }
    if size > right {
      let accuracy = (kernels.correct + right * kernel) / weight
      estimate.error += (size - right) * abs(accuracy - confidence)
    }
    estimate.logLikelihood += size * (largest + log(weight / others))
  }
}

/// A confidence at which kernels are summed.
private struct Point {
  let index: Int
  private let confidences: UnsafeBufferPointer<Double>
  private let norms: UnsafeBufferPointer<Double>
  /// The exponent of sample i is slope × cᵢ + offset + normᵢ.
  private let slope: Double
  private let offset: Double

  init(
    _ index: Int, _ confidences: UnsafeBufferPointer<Double>,
    _ norms: UnsafeBufferPointer<Double>, inverse: Double
  ) {
    self.index = index
    self.confidences = confidences
    self.norms = norms
    let (low, high) = (log(confidences[index]), log1p(-confidences[index]))
    slope = (low - high) * inverse
    offset = high * inverse
  }

  var confidence: Double { confidences[index] }

  func exponent(_ other: Int) -> Double { slope * confidences[other] + offset + norms[other] }

  /// The sample whose kernel is largest here.
  private var peak: Int {
    bisect(0..<confidences.count - 1) { exponent($0 + 1) <= exponent($0) }
  }

  /// The largest exponent of another sample; −∞ where there is none.
  var largestOther: Double {
    let peak = peak
    if peak != index { return exponent(peak) }
    let below = index > 0 ? exponent(index - 1) : -.infinity
    let above = index + 1 < confidences.count ? exponent(index + 1) : -.infinity
    return max(below, above)
  }

  /// The samples whose exponents are above a bound.
  func relevant(above bound: Double) -> Range<Int> {
    let peak = peak
    let first = bisect(0..<peak) { exponent($0) >= bound }
    return first..<bisect(peak + 1..<confidences.count) { exponent($0) < bound }
  }

  /// The first index that satisfies a condition which all later ones satisfy too, or the end.
  private func bisect(_ range: Range<Int>, _ condition: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if condition(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  struct Sums {
    var weight: Double
    var correct: Double

    static func + (a: Sums, b: Sums) -> Sums {
      Sums(weight: a.weight + b.weight, correct: a.correct + b.correct)
    }
  }

  /// The kernels of some samples divided by e to the largest exponent.
  func sum(
    _ range: Range<Int>, _ counts: UnsafeBufferPointer<Double>,
    _ correct: UnsafeBufferPointer<Double>, _ largest: Double
  ) -> Sums {
    if range.isEmpty { return Sums(weight: 0, correct: 0) }
    var (weights, rights) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    let shift = offset - largest
    var index = range.lowerBound
    while index &+ 4 <= range.upperBound {
      let exponents = confidences.four(index) * slope + (norms.four(index) + shift)
      let kernels = exponential(exponents)
      weights += kernels * counts.four(index)
      rights += kernels * correct.four(index)
      index &+= 4
    }
    var sums = Sums(weight: weights.sum(), correct: rights.sum())
    while index < range.upperBound {
      let kernel = exp(confidences[index] * slope + (norms[index] + shift))
      sums.weight += kernel * counts[index]
      sums.correct += kernel * correct[index]
      index &+= 1
    }
    return sums
  }
}

extension UnsafeBufferPointer<Double> {
  @inline(__always)
  fileprivate func four(_ index: Int) -> SIMD4<Double> {
    SIMD4(self[index], self[index &+ 1], self[index &+ 2], self[index &+ 3])
  }
}

/// eˣ for x from −700 to 0, relative error below 1e-14.
@inline(__always)
private func exponential(_ x: SIMD4<Double>) -> SIMD4<Double> {
  // Adding 1.5 × 2⁵² rounds to an integer and leaves it in the low bits.
  let shifter = 0x1.8p52
  let shifted = x * 1.442_695_040_888_963_4 + shifter
  let n = shifted - shifter
  let r = x - n * 0x1.62e42fee00000p-1 - n * 0x1.a39ef35793c76p-33
  var p = r * (1 / 39_916_800) + 1 / 3_628_800
  p = p * r + 1 / 362_880
  p = p * r + 1 / 40_320
  p = p * r + 1 / 5040
  p = p * r + 1 / 720
  p = p * r + 1 / 120
  p = p * r + 1 / 24
  p = p * r + 1 / 6
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  let power = unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &<< 52
  return unsafeBitCast(unsafeBitCast(p, to: SIMD4<UInt64>.self) &+ power, to: SIMD4<Double>.self)
}
