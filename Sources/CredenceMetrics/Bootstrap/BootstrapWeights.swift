/// How often each sample occurs in a bootstrap resample.
///
/// The numbers come from a counter: with mix the finalizer of SplitMix64 and γ = 0x9e3779b97f4a7c15, resample r of
/// seed s has the key k = mix(mix(s) + γ (r + 1)), and its 64-bit number j is mix(k + γ (j + 1)), of which the low
/// 32 bits are draw 2j and the high 32 bits draw 2j + 1. So a resample depends on nothing but (s, r, N):
/// not on threads, nor on the resamples made before it, and two models can be given the same one.
public struct BootstrapWeights: Sendable {
  /// How a resample is drawn.
  public enum Scheme: String, Codable, Hashable, Sendable, CaseIterable {
    /// N draws with replacement: draw u picks sample ⌊u N / 2³²⌋. The size is exactly N.
    case multinomial
    /// Each sample on its own, Poisson(1) times, by inversion of draw i. The size varies around N.
    case poisson
  }

  public var scheme: Scheme
  public var seed: UInt64

  public init(scheme: Scheme = .multinomial, seed: UInt64 = 1) {
    self.scheme = scheme
    self.seed = seed
  }

  /// The weights of one resample.
  ///
  /// - Parameters:
  ///   - replicate: Its number, from 0.
  ///   - count: N, below 2³².
  /// - Returns: N counts. More than 255 draws of one sample have a chance below 1e-500.
  public func weights(replicate: Int, count: Int) -> [UInt8] {
    var weights = [UInt8](repeating: 0, count: count)
    weights.withUnsafeMutableBufferPointer { fill($0, replicate: replicate) }
    return weights
  }

  /// Fills memory that holds any content with the weights of one resample.
  func fill(_ weights: UnsafeMutableBufferPointer<UInt8>, replicate: Int) {
    let key = Self.mix(Self.mix(seed) &+ Self.gamma &* UInt64(truncatingIfNeeded: replicate + 1))
    switch scheme {
    case .multinomial: fillMultinomial(weights, key: key)
    case .poisson: fillPoisson(weights, key: key)
    }
  }

  private func fillMultinomial(_ weights: UnsafeMutableBufferPointer<UInt8>, key: UInt64) {
    weights.update(repeating: 0)
    let count = UInt64(weights.count)
    var state = key
    for _ in 0..<weights.count / 2 {
      state &+= Self.gamma
      let draw = Self.mix(state)
      weights[Int(truncatingIfNeeded: ((draw & 0xffff_ffff) &* count) >> 32)] &+= 1
      weights[Int(truncatingIfNeeded: ((draw >> 32) &* count) >> 32)] &+= 1
    }
    if weights.count % 2 == 1 {
      let draw = Self.mix(state &+ Self.gamma)
      weights[Int(truncatingIfNeeded: ((draw & 0xffff_ffff) &* count) >> 32)] &+= 1
    }
  }

  private func fillPoisson(_ weights: UnsafeMutableBufferPointer<UInt8>, key: UInt64) {
    let steps = Self.poissonSteps
    var state = key
    for index in stride(from: 0, to: weights.count, by: 2) {
      state &+= Self.gamma
      let draw = Self.mix(state)
      weights[index] = Self.poisson(UInt32(truncatingIfNeeded: draw), steps)
      if index &+ 1 < weights.count {
        weights[index &+ 1] = Self.poisson(UInt32(truncatingIfNeeded: draw >> 32), steps)
      }
    }
  }

  private static let gamma: UInt64 = 0x9e37_79b9_7f4a_7c15

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// ⌊2³² P(X ≤ k)⌋ for X ~ Poisson(1), k = 0 … 11; larger counts lie beyond 32 bits.
  private static let poissonSteps: SIMD16<UInt32> = {
    var steps = SIMD16<UInt32>(repeating: .max)
    var (term, sum) = (0.367_879_441_171_442_33, 0.0)
    for k in 0..<12 {
      sum += term
      term /= Double(k + 1)
      steps[k] = UInt32(min(sum * 0x1p32, 0x1p32 - 1))
    }
    return steps
  }()

  @inline(__always)
  private static func poisson(_ draw: UInt32, _ steps: SIMD16<UInt32>) -> UInt8 {
    // No branches for 98 of 100 draws, which end at 3 or below.
    var count: UInt8 = draw >= steps[0] ? 1 : 0
    count &+= draw >= steps[1] ? 1 : 0
    count &+= draw >= steps[2] ? 1 : 0
    if draw < steps[3] { return count }
    count = 4
    while count < 12, draw >= steps[Int(count)] { count &+= 1 }
    return count
  }
}
