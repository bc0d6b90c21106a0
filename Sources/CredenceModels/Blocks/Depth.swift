/// How the numbers of blocks are scaled.
struct Depth: Sendable {
  enum Rounding: Sendable {
    case up
    case nearest
  }

  /// One factor for all stages, or one for each.
  var factors = [1.0]
  var rounding = Rounding.up
  /// Whether the first and the last stage stay as they are.
  var keepsEnds = false

  /// The numbers of blocks of a stage's rows.
  ///
  /// The stage's total is scaled and shared out in proportion from the last row to the first, each row keeping at least one block.
  ///
  /// - Note: Halves are rounded to even, as Python does it in the published code.
  func counts(_ counts: [Int], stage: Int, of stageCount: Int) -> [Int] {
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
