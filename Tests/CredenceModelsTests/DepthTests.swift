import CredenceModels
import Testing

@Suite struct DepthTests {
  @Test func `rounds up, as EfficientNet-B7 does`() {
    let depth = Depth(factors: [3.1])
    let counts = [1, 2, 2, 3, 3, 4, 1].enumerated().map { stage, count in
      depth.counts([count], stage: stage, of: 7)[0]
    }
    #expect(counts == [4, 7, 7, 10, 10, 13, 4])
  }

  @Test func `leaves the ends alone where asked to`() {
    let depth = Depth(factors: [1.8], keepsEnds: true)
    #expect((0..<7).map { depth.counts([1], stage: $0, of: 7)[0] } == [1, 2, 2, 2, 2, 2, 1])
  }

  @Test func `takes a factor of its own for each stage`() {
    let depth = Depth(factors: [1.2, 1.6])
    #expect(depth.counts([5], stage: 0, of: 2) == [6])
    #expect(depth.counts([5], stage: 1, of: 2) == [8])
  }

  @Test func `rounds to the nearest, halves to even, at least one`() {
    let depth = Depth(factors: [0.5], rounding: .nearest)
    #expect([1, 3, 5, 7].map { depth.counts([$0], stage: 0, of: 1)[0] } == [1, 2, 2, 4])
  }

  @Test func `shares a stage's blocks among its rows from behind`() {
    #expect(Depth(factors: [1.2]).counts([1, 1, 2], stage: 0, of: 1) == [1, 2, 2])
  }

  @Test(arguments: 0..<40)
  func `keeps every row and the scaled total`(seed: Int) {
    let counts = (0...seed % 4).map { 1 + seed * (7 + $0) % 5 }
    let factor = 1 + Double(seed) / 17
    let scaled = Depth(factors: [factor]).counts(counts, stage: 0, of: 1)
    #expect(scaled.count == counts.count)
    #expect(scaled.allSatisfy { $0 >= 1 })
    #expect(
      scaled.reduce(0, +) == Int((Double(counts.reduce(0, +)) * factor).rounded(.up)))
  }
}
