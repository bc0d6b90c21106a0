import CredenceModels
import Testing

@Suite struct RegNetWidthsTests {
  /// Rows of the paper's tables of models.
  static let published: [(rule: RegNetWidths, depths: [Int], widths: [Int])] = [
    (
      RegNetWidths(initial: 24, slope: 36.44, multiplier: 2.49, depth: 13, groupWidth: 8),
      [1, 1, 4, 7], [24, 56, 152, 368]
    ),
    (
      RegNetWidths(initial: 88, slope: 26.31, multiplier: 2.25, depth: 25, groupWidth: 48),
      [2, 6, 15, 2], [96, 192, 432, 1008]
    ),
    (
      RegNetWidths(initial: 96, slope: 31.41, multiplier: 2.24, depth: 22, groupWidth: 64),
      [2, 6, 12, 2], [128, 192, 512, 1088]
    ),
    (
      RegNetWidths(initial: 232, slope: 115.89, multiplier: 2.53, depth: 20, groupWidth: 232),
      [2, 5, 12, 1], [232, 696, 1392, 3712]
    ),
  ]

  @Test(arguments: 0..<4)
  func `gives the stages of the published networks`(_ row: Int) {
    let (rule, depths, widths) = Self.published[row]
    #expect(rule.stages.map(\.depth) == depths)
    #expect(rule.stages.map(\.width) == widths)
  }

  @Test func `keeps nine tenths of a width where it is asked to`() {
    var rule = RegNetWidths(
      initial: 24, slope: 24.48, multiplier: 2.54, depth: 22, groupWidth: 16)
    #expect(rule.stages.map(\.width) == [32, 64, 160, 384])
    rule.fit = .mostlyKept
    #expect(rule.stages.map(\.width) == [32, 64, 160, 400])
  }

  @Test(arguments: 0..<50)
  func `stages hold all blocks, grow, and consist of whole groups`(seed: Int) {
    let rule = RegNetWidths(
      initial: 8 * (1 + seed % 20), slope: 5 + Double(seed * 37 % 100), multiplier: 2.05,
      depth: 10 + seed % 15, groupWidth: 8 * (1 + seed % 7))
    let stages = rule.stages
    #expect(stages.reduce(0) { $0 + $1.depth } == rule.depth)
    #expect(stages.allSatisfy { $0.width > 0 && $0.width % $0.groupWidth == 0 })
    #expect(zip(stages, stages.dropFirst()).allSatisfy { $0.width <= $1.width })
  }
}
