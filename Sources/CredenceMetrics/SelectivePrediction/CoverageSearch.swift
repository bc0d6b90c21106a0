/// Finds the largest coverages that satisfy accuracy constraints, walking from full coverage down.
///
/// Sets of accepted samples that satisfy a strict constraint satisfy every laxer one, so one comparison per
/// threshold is enough for any number of constraints.
struct CoverageSearch {
  /// Ascending.
  private let accuracies: [Double]
  private let minimumCount: Int
  private var current: Double
  private var found = 0
  /// The largest number of accepted samples for each accuracy, in ascending order of accuracy.
  private(set) var accepted: [Int]

  /// - Parameters:
  ///   - accuracies: Ascending constraints.
  ///   - minimumCount: Fewer accepted samples do not count.
  init(accuracies: [Double], minimumCount: Int) {
    self.accuracies = accuracies
    self.minimumCount = minimumCount
    accepted = Array(repeating: 0, count: accuracies.count)
    current = accuracies.first ?? .infinity
  }

  /// Looks at a threshold, the next lower number of accepted samples.
  ///
  /// - Returns: Whether the search is over.
  @inline(__always)
  mutating func isOver(afterAccepting count: Int, errors: Int) -> Bool {
    // The slack makes 99 of 100 satisfy 0.99.
    if Double(count &- errors) - current * Double(count) < -1e-9 { return false }
    return advance(count, errors)
  }

  @inline(never)
  private mutating func advance(_ count: Int, _ errors: Int) -> Bool {
    if count < max(minimumCount, 1) { return true }
    while found < accuracies.count,
      Double(count - errors) - accuracies[found] * Double(count) >= -1e-9
    {
      accepted[found] = count
      found += 1
    }
    current = found < accuracies.count ? accuracies[found] : .infinity
    return found == accuracies.count
  }
}

extension ScoredOutcomes {
  /// How many samples can be accepted at each accuracy.
  ///
  /// - Parameters:
  ///   - accuracies: Ascending.
  ///   - minimumCount: Fewer accepted samples do not count.
  /// - Returns: The largest number that some threshold accepts, 0 where there is none.
  func largestAccepted(accuracies: [Double], minimumCount: Int) -> [Int] {
    if accuracies.isEmpty { return [] }
    var search = CoverageSearch(accuracies: accuracies, minimumCount: minimumCount)
    var (accepted, errors) = (count, errorCount)
    for index in counts.indices.reversed() {
      if search.isOver(afterAccepting: accepted, errors: errors) { break }
      accepted -= Int(counts[index])
      errors -= Int(errorCounts[index])
    }
    return search.accepted
  }
}
