/// How the numbers of blocks are scaled.
package struct Depth: Sendable {
  package enum Rounding: Sendable {
    case up
    case nearest
  }

  /// One factor for all stages, or one for each.
  package var factors: [Double]
  package var rounding: Rounding
  /// Whether the first and the last stage stay as they are.
  package var keepsEnds: Bool

  package init(factors: [Double] = [1], rounding: Rounding = .up, keepsEnds: Bool = false) {
    self.factors = factors
    self.rounding = rounding
    self.keepsEnds = keepsEnds
  }

  /// The numbers of blocks of a stage's rows.
  ///
  /// The stage's total is scaled and shared out in proportion from the last row to the first, each row keeping at least one block.
  ///
  /// - Note: Halves are rounded to even, as Python does it in the published code.
  package func counts(_ counts: [Int], stage: Int, of stageCount: Int) -> [Int] {
    let isEnd = stage == 0 || stage == stageCount - 1
    let factor = keepsEnds && isEnd ? 1 : factors[min(stage, factors.count - 1)]
    var total = counts.reduce(0, +)
    let exact = Double(total) * factor
    var scaledTotal =
      rounding == .up
      ? Int(exact.rounded(.up)) : max(1, Int(exact.rounded(.toNearestOrEven)))
    var scaled: [Int] = []
    for count in counts.reversed() {
      let share = Double(count) / Double(total) * Double(scaledTotal)
      scaled.append(max(1, Int(share.rounded(.toNearestOrEven))))
      total -= count
      scaledTotal -= scaled[scaled.count - 1]
    }
    return scaled.reversed()
  }
}
