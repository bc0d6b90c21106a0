import Foundation

/// The discrete cosine transform of a power-of-two length, and back, in O(n log n).
///
/// Coefficient k is Σ xᵢ cos(π k (2i + 1) / 2n): the waves that have no slope at either end of the interval.
struct CosineTransform: Sendable {
  let length: Int
  private let fourier: FourierTransform
  /// exp(−iπk/2n).
  private let cosines: [Double]
  private let sines: [Double]

  init(length: Int) {
    self.length = length
    fourier = FourierTransform(length: length)
    let angles = (0..<length).map { Double.pi * Double($0) / Double(2 * length) }
    cosines = angles.map { cos($0) }
    sines = angles.map { -sin($0) }
  }

  /// The coefficients of a signal.
  func coefficients(of signal: [Double]) -> [Double] {
    // Even places forwards, then odd places backwards: a Fourier transform of the same length.
    var real = [Double](repeating: 0, count: length)
    var imaginary = real
    for index in 0..<(length + 1) / 2 { real[index] = signal[2 * index] }
    for index in 0..<length / 2 { real[length - 1 - index] = signal[2 * index + 1] }
    fourier.transform(&real, &imaginary)
    return (0..<length).map { real[$0] * cosines[$0] - imaginary[$0] * sines[$0] }
  }

  /// The signal of coefficients, the inverse of `coefficients(of:)`.
  func signal(of coefficients: [Double]) -> [Double] {
    var real = [Double](repeating: 0, count: length)
    var imaginary = real
    for k in 0..<length {
      let mirrored = k == 0 ? 0 : coefficients[length - k]
      // Conjugated, so that the forward transform serves as the inverse.
      real[k] = coefficients[k] * cosines[k] - mirrored * sines[k]
      imaginary[k] = coefficients[k] * sines[k] + mirrored * cosines[k]
    }
    fourier.transform(&real, &imaginary)
    var signal = [Double](repeating: 0, count: length)
    let scale = 1 / Double(length)
    for index in 0..<(length + 1) / 2 { signal[2 * index] = real[index] * scale }
    for index in 0..<length / 2 { signal[2 * index + 1] = real[length - 1 - index] * scale }
    return signal
  }
}

/// The discrete Fourier transform of a power-of-two length.
struct FourierTransform: Sendable {
  private let length: Int
  /// exp(−2πik/n), k < n/2.
  private let cosines: [Double]
  private let sines: [Double]

  init(length: Int) {
    precondition(length > 0 && length & (length - 1) == 0)
    self.length = length
    let angles = (0..<length / 2).map { -2 * Double.pi * Double($0) / Double(length) }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// Replaces numbers by their transform.
  func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
    reorder(&real)
    reorder(&imaginary)
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        var half = 1
        while half < length {
          combine(real, imaginary, half: half)
          half *= 2
        }
      }
    }
  }

  /// Joins transforms of `half` numbers in pairs.
  private func combine(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>,
    half: Int
  ) {
    let step = length / (2 * half)
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        for start in stride(from: 0, to: length, by: 2 * half) {
          for k in 0..<half {
            let (low, high) = (start + k, start + k + half)
            let (c, s) = (cosines[k * step], sines[k * step])
            let turnedReal = real[high] * c - imaginary[high] * s
            let turnedImaginary = real[high] * s + imaginary[high] * c
            real[high] = real[low] - turnedReal
            imaginary[high] = imaginary[low] - turnedImaginary
            real[low] += turnedReal
            imaginary[low] += turnedImaginary
          }
        }
      }
    }
  }

  /// Puts each number where its index's bits in reverse order say.
  private func reorder(_ values: inout [Double]) {
    var mirrored = 0
    for index in 1..<max(length, 1) {
      var bit = length >> 1
      while mirrored & bit != 0 {
        mirrored ^= bit
        bit >>= 1
      }
      mirrored |= bit
      if index < mirrored { values.swapAt(index, mirrored) }
    }
  }
}
