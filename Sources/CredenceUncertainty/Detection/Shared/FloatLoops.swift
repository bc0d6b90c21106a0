import CredenceMetrics
import Foundation

/// Sixteen numbers from any address.
@inline(__always)
func load16(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
}

/// Eight numbers in double precision; the library's own conversion works through a table of types.
@inline(__always)
func widened(_ v: SIMD8<Float>) -> Double8 {
  Double8(
    Double(v[0]), Double(v[1]), Double(v[2]), Double(v[3]), Double(v[4]), Double(v[5]),
    Double(v[6]), Double(v[7]))
}

/// Whether no number is NaN or infinite.
func allFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
  guard let base = values.baseAddress else { return true }
  var check = SIMD16<Float>()
  let whole = values.count & ~15
  for k in stride(from: 0, to: whole, by: 16) {
    let v = load16(base + k)
    check += v - v
  }
  var tail: Float = 0
  for k in whole..<values.count { tail += base[k] - base[k] }
  return check.sum() + tail == 0
}

/// The sum of some numbers, in double precision.
func sum(_ values: UnsafeBufferPointer<Float>) -> Double {
  accumulate(values) { widened($0) }
}

/// The sum of some numbers' magnitudes, in double precision.
func sumOfMagnitudes(_ values: UnsafeBufferPointer<Float>) -> Double {
  accumulate(values) { v in
    let x = widened(v)
    return x.replacing(with: -x, where: x .< 0)
  }
}

/// The sum of some numbers' squares, in double precision.
func sumOfSquares(_ values: UnsafeBufferPointer<Float>) -> Double {
  accumulate(values) { v in
    let x = widened(v)
    return x * x
  }
}

@inline(__always)
private func accumulate(
  _ values: UnsafeBufferPointer<Float>, _ term: (SIMD8<Float>) -> Double8
) -> Double {
  guard let base = values.baseAddress else { return 0 }
  var total = Double8()
  let whole = values.count & ~7
  for k in stride(from: 0, to: whole, by: 8) {
    total += term(UnsafeRawPointer(base + k).loadUnaligned(as: SIMD8<Float>.self))
  }
  var result = total.sum()
  for k in whole..<values.count { result += term(SIMD8<Float>(base[k], 0, 0, 0, 0, 0, 0, 0)).sum() }
  return result
}

/// The inner product of two rows, in double precision.
func innerProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
  var total = Double8()
  let whole = count & ~7
  for k in stride(from: 0, to: whole, by: 8) {
    total +=
      widened(UnsafeRawPointer(a + k).loadUnaligned(as: SIMD8<Float>.self))
      * widened(UnsafeRawPointer(b + k).loadUnaligned(as: SIMD8<Float>.self))
  }
  var result = total.sum()
  for k in whole..<count { result += Double(a[k]) * Double(b[k]) }
  return result
}

/// The logarithm of the sum of the exponentials of `a` qⱼ + `b` cⱼ, over `count` entries.
func logSumExp(
  _ q: UnsafePointer<Float>, times a: Float, plus c: UnsafePointer<Float>, times b: Float,
  count: Int
) -> Double {
  let whole = count & ~15
  var top = SIMD16<Float>(repeating: -.infinity)
  for k in stride(from: 0, to: whole, by: 16) {
    let v = load16(q + k) * a + load16(c + k) * b
    top.replace(with: v, where: v .> top)
  }
  var largest = top.max()
  for k in whole..<count { largest = max(largest, q[k] * a + c[k] * b) }
  guard largest.isFinite else { return Double(largest) }
  var total = Double8()
  for k in stride(from: 0, to: whole, by: 16) {
    let e = exponential(load16(q + k) * a + load16(c + k) * b - largest)
    total += widened(e.lowHalf) + widened(e.highHalf)
  }
  var sum = total.sum()
  if whole < count {
    var last = SIMD16<Float>(repeating: -.infinity)
    for k in whole..<count { last[k - whole] = q[k] * a + c[k] * b - largest }
    let e = exponential(last)
    for k in 0..<count - whole { sum += Double(e[k]) }
  }
  return Double(largest) + log(sum)
}

/// The largest `count` numbers, moved to the front in any order.
///
/// - Returns: The smallest of them.
@discardableResult
func selectLargest(
  _ count: Int, of values: UnsafeMutableBufferPointer<Float>
) -> Float {
  precondition(count > 0 && count <= values.count)
  var (low, high) = (0, values.count - 1)
  let target = count - 1
  while low < high {
    // The median of three keeps sorted rows from taking quadratic time.
    let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while values[i] > pivot { i += 1 }
      while values[j] < pivot { j -= 1 }
      if i <= j {
        values.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    if target <= j {
      high = j
    } else if target >= i {
      low = i
    } else {
      break
    }
  }
  return values[target]
}
