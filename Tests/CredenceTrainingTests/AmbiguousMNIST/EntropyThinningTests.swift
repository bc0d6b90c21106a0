import CredenceFiles
import CredenceTraining
import Testing

@Suite struct EntropyThinningTests {
  private let thinning = EntropyThinning(range: 0..<1, binCount: 10, power: 0.2)

  @Test func `shares follow the power of the intervals' sizes`() {
    let shares = thinning.shares(of: 1000, among: [100_000, 1000, 1000, 0, 1000])
    #expect(shares.reduce(0, +) == 1000 && shares[3] == 0)
    #expect(abs(Double(shares[0]) / Double(shares[1]) - 2.512) < 0.02)
    let even = EntropyThinning(range: 0..<1, binCount: 3, power: 0)
    #expect(even.shares(of: 300, among: [900, 200, 400]) == [100, 100, 100])
    let plain = EntropyThinning(range: 0..<1, binCount: 3, power: 1)
    #expect(plain.shares(of: 150, among: [900, 200, 400]) == [90, 20, 40])
  }

  @Test func `what an interval lacks the others give`() {
    let shares = thinning.shares(of: 100, among: [3, 1000, 1000])
    #expect(shares[0] == 3 && shares.reduce(0, +) == 100)
    #expect(thinning.shares(of: 100, among: [3, 4, 5]) == [3, 4, 5])
    #expect(thinning.shares(of: 0, among: [3, 4]) == [0, 0])
  }

  @Test func `chosen samples are different ones, and follow from the seed`() {
    var random = SplitMix64(seed: 4)
    let entropies = (0..<5000).map { _ in
      let value = Double.random(in: 0..<1, using: &random)
      return value * value * value
    }
    var (first, second) = (SplitMix64(seed: 1), SplitMix64(seed: 1))
    let chosen = thinning.chosen(400, from: entropies, using: &first)
    #expect(Set(chosen).count == 400)
    #expect(thinning.chosen(400, from: entropies, using: &second) == chosen)
    let mean = chosen.reduce(0) { $0 + entropies[$1] } / 400
    // As they come, the mean would be 1/4.
    #expect(mean > 0.35 && mean < 0.55)
  }
}
