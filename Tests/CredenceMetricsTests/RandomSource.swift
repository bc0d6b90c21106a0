import CredenceMetrics

/// A small seeded generator (SplitMix64), so that every property test sees the same numbers each time.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Scores and correctness as plain arrays, for slow references.
struct Samples: Sendable {
  var confidences: [Double]
  var isCorrect: [Bool]

  /// Samples whose confidence says something about correctness.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - levels: How many distinct confidences there are at most; 0 for no limit.
  ///   - seed: Of the generator.
  init(count: Int, levels: Int = 0, seed: UInt64) {
    var random = RandomSource(seed: seed)
    confidences = (0..<count).map { _ in
      let value = Double.random(in: 0...1, using: &random)
      return levels == 0 ? value : (value * Double(levels)).rounded() / Double(levels)
    }
    isCorrect = confidences.map { Double.random(in: 0...1, using: &random) < 0.3 + 0.6 * $0 }
  }

  init(_ confidences: [Double], _ isCorrect: [Bool]) {
    self.confidences = confidences
    self.isCorrect = isCorrect
  }

  var outcomes: ScoredOutcomes {
    get throws { try ScoredOutcomes(confidences: confidences, isCorrect: isCorrect) }
  }

  var count: Int { confidences.count }
  var errorCount: Int { isCorrect.count { !$0 } }

  func shuffled(seed: UInt64) -> Samples {
    var random = RandomSource(seed: seed)
    let order = confidences.indices.shuffled(using: &random)
    return Samples(order.map { confidences[$0] }, order.map { isCorrect[$0] })
  }

  /// Positions in order of falling confidence; equal ones keep their order.
  var fallingOrder: [Int] {
    confidences.indices.sorted { (confidences[$0], $1) > (confidences[$1], $0) }
  }
}
