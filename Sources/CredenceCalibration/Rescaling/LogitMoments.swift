import CredenceMetrics
import CredencePredictions
import Foundation

/// The log-likelihood of one sample and its derivatives by b, from moments of the logits under softmax(b z).
///
/// The n-th derivative of log Σ exp(b z) by b is the n-th cumulant of z.
final class LogitMoments {
  private let classCount: Int
  private let padded: Int
  private let gaps: UnsafeMutablePointer<Double>

  init(classCount: Int) {
    self.classCount = classCount
    padded = (classCount + 7) & ~7
    gaps = .allocate(capacity: padded)
    gaps.initialize(repeating: 0, count: padded)
  }

  deinit { gaps.deallocate() }

  /// −log p(label) and its first five derivatives by b; two zeros follow.
  func derivatives<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, isLogits: Bool, label: Int, _ b: Double
  ) -> Double8 {
    load(scores, isLogits: isLogits)
    let labelGap = gaps[label]
    var m0 = Double8()
    var m1 = Double8()
    var m2 = Double8()
    var m3 = Double8()
    var m4 = Double8()
    var m5 = Double8()
    for k in stride(from: 0, to: padded, by: 8) {
      let z = UnsafeRawPointer(gaps + k).loadUnaligned(as: Double8.self)
      let e = exponential(z * b)
      let z2 = z * z
      let e1 = e * z
      let e2 = e * z2
      m0 += e
      m1 += e1
      m2 += e2
      m3 += e1 * z2
      m4 += e2 * z2
      m5 += e1 * z2 * z2
    }
    let total = m0.sum()
    let a1 = m1.sum() / total
    let a2 = m2.sum() / total
    let a3 = m3.sum() / total
    let a4 = m4.sum() / total
    let a5 = m5.sum() / total
    let square = a1 * a1
    return Double8(
      log(total) - b * labelGap,
      a1 - labelGap,
      a2 - square,
      a3 - 3 * a2 * a1 + 2 * square * a1,
      a4 - 4 * a3 * a1 - 3 * a2 * a2 + 12 * a2 * square - 6 * square * square,
      a5 - 5 * a4 * a1 - 10 * a3 * a2 + 20 * a3 * square + 30 * a2 * a2 * a1
        - 60 * a2 * square * a1 + 24 * square * square * a1, 0, 0)
  }

  /// A gap whose exponential is 0 and stays so times any power of it that is needed.
  private static let padding = -1e30

  /// The column of the first entry that is no probability, in the row that was loaded last.
  private(set) var invalidColumn: Int?

  /// Writes each logit minus the largest one.
  private func load<Scalar: MatrixScalar>(_ scores: UnsafePointer<Scalar>, isLogits: Bool) {
    invalidColumn =
      isLogits
      ? nil : (0..<classCount).first { !(-1e-6...1 + 1e-6).contains(Double(scores[$0])) }
    var largest = Double8(repeating: -.infinity)
    let whole = classCount & ~7
    for k in stride(from: 0, to: whole, by: 8) {
      var z = Double8(UnsafeRawPointer(scores + k).loadUnaligned(as: SIMD8<Scalar>.self))
      if !isLogits { z = Self.logarithms(z) }
      UnsafeMutableRawPointer(gaps + k).storeBytes(of: z, as: Double8.self)
      largest.replace(with: z, where: z .> largest)
    }
    if whole < classCount {
      var z = Double8(repeating: isLogits ? Self.padding : 1)
      for lane in 0..<classCount - whole { z[lane] = Double(scores[whole + lane]) }
      if !isLogits {
        z = Self.logarithms(z)
        for lane in classCount - whole..<8 { z[lane] = Self.padding }
      }
      UnsafeMutableRawPointer(gaps + whole).storeBytes(of: z, as: Double8.self)
      largest.replace(with: z, where: z .> largest)
    }
    let top = largest.max()
    for k in stride(from: 0, to: padded, by: 8) {
      let z = UnsafeRawPointer(gaps + k).loadUnaligned(as: Double8.self)
      UnsafeMutableRawPointer(gaps + k).storeBytes(of: z - top, as: Double8.self)
    }
  }

  @inline(__always)
  private static func logarithms(_ p: Double8) -> Double8 {
    logarithm(
      p.replacing(
        with: SoftmaxRow.smallestProbability, where: p .< SoftmaxRow.smallestProbability))
  }

  /// −log p(label) and its first two derivatives by b, from single-precision sums.
  static func fastDerivatives<Scalar: MatrixScalar>(
    _ scores: UnsafePointer<Scalar>, classCount: Int, label: Int, _ b: Float
  ) -> Double8 {
    let raw = UnsafeRawPointer(scores)
    let whole = classCount & ~15
    var tail = SIMD16<Float>(repeating: Float(padding))
    for lane in 0..<classCount - whole { tail[lane] = Float(scores[whole + lane]) }
    var largest = tail
    for k in stride(from: 0, to: whole, by: 16) {
      let z = raw.loadUnaligned(fromByteOffset: 4 * k, as: SIMD16<Float>.self)
      largest.replace(with: z, where: z .> largest)
    }
    let top = largest.max()
    var gap = tail - top
    var m0 = exponential(gap * b).replacing(with: 0, where: tail .== Float(padding))
    var m1 = m0 * gap
    var m2 = m1 * gap
    for k in stride(from: 0, to: whole, by: 16) {
      gap = raw.loadUnaligned(fromByteOffset: 4 * k, as: SIMD16<Float>.self) - top
      let e = exponential(gap * b)
      let e1 = e * gap
      m0 += e
      m1 += e1
      m2 += e1 * gap
    }
    let total = Double(m0.sum())
    let a1 = Double(m1.sum()) / total
    let a2 = Double(m2.sum()) / total
    let labelGap = Double(Float(scores[label]) - top)
    return Double8(
      log(total) - Double(b) * labelGap, a1 - labelGap, a2 - a1 * a1, 0, 0, 0, 0, 0)
  }
}
