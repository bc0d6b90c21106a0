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
    let inversion = PoissonInversion.shared
    inversion.counts.withUnsafeBufferPointer { counts in
      var state = key
      for index in stride(from: 0, to: weights.count, by: 2) {
        state &+= Self.gamma
        let draw = Self.mix(state)
        weights[index] = inversion.count(UInt32(truncatingIfNeeded: draw), counts)
        if index &+ 1 < weights.count {
          weights[index &+ 1] = inversion.count(UInt32(truncatingIfNeeded: draw >> 32), counts)
        }
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
}

/// Turns 32-bit draws into Poisson(1) counts by the inverse of the cumulative distribution.
private struct PoissonInversion: Sendable {
  static let shared = PoissonInversion()

  /// ⌊2³² P(X ≤ k)⌋, k = 0 … 11; larger counts lie beyond 32 bits.
  private let steps: [UInt32]
  /// The count by a draw's high 12 bits, or `undecided` where a step falls among such draws.
  let counts: [UInt8]

  private static let undecided: UInt8 = .max

  private init() {
    var steps: [UInt32] = []
    var (term, sum) = (0.367_879_441_171_442_33, 0.0)
    for k in 0..<12 {
      sum += term
      term /= Double(k + 1)
      steps.append(UInt32(min(sum * 0x1p32, 0x1p32 - 1)))
    }
    self.steps = steps
    counts = (0..<4096).map { high in
      let draw = UInt32(high) << 20
      let (low, top) = (Self.search(draw, steps), Self.search(draw | 0xf_ffff, steps))
      return low == top ? low : Self.undecided
    }
  }

  @inline(__always)
  func count(_ draw: UInt32, _ counts: UnsafeBufferPointer<UInt8>) -> UInt8 {
    let count = counts[Int(draw >> 20)]
    return count == Self.undecided ? Self.search(draw, steps) : count
  }

  @inline(never)
  private static func search(_ draw: UInt32, _ steps: [UInt32]) -> UInt8 {
    UInt8(steps.firstIndex { draw < $0 } ?? steps.count)
  }
}
