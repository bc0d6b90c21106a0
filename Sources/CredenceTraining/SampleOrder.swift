import CredenceFiles

/// The order of an epoch's samples, which depends on the seed and the epoch alone.
struct SampleOrder {
  let sampling: TrainingConfiguration.Sampling
  let seed: UInt64

  /// Rows for an epoch, counted from 0.
  func rows(of indices: [Int], epoch: Int) -> [Int] {
    var generator = SplitMix64(
      seed: SplitMix64.mixed(seed) &+ UInt64(epoch + 1) &* SplitMix64.increment)
    switch sampling {
    case .ordered: return indices
    case .shuffled: return indices.shuffled(using: &generator)
    case .fixedLength(let length):
      guard length > indices.count else { return indices.shuffled(using: &generator) }
      // Every sample is drawn equally often, but for the rest.
      let repeats = (length + indices.count - 1) / indices.count
      let draws = Array(0..<repeats * indices.count).shuffled(using: &generator)
      return draws.prefix(length).map { indices[$0 % indices.count] }
    }
  }

  /// How many rows an epoch has.
  func count(of indices: [Int]) -> Int {
    if case .fixedLength(let length) = sampling {
      max(length, indices.count)
    } else {
      indices.count
    }
  }
}
