/// Positions in an order, for rank diagrams.
public enum Ranks {
  /// The rank of each value, 1 for the best; equal values share the mean of their ranks.
  ///
  /// - Parameters:
  ///   - values: Finite numbers.
  ///   - direction: Which end is the good one.
  /// - Returns: As many ranks, whose sum is always n (n + 1) / 2.
  public static func averaged(_ values: [Double], direction: Direction) -> [Double] {
    let order = values.indices.sorted {
      direction == .higherIsBetter ? values[$0] > values[$1] : values[$0] < values[$1]
    }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }

  /// The mean rank of each model over resamples in which all of them have a value.
  ///
  /// - Parameters:
  ///   - replicates: Per model its resampled values, as `BootstrapResult.replicates` gives them.
  ///   - direction: Which end is the good one.
  /// - Returns: One rank per model, or `nil` where no resample is complete.
  public static func means(_ replicates: [[Double?]], direction: Direction) -> [Double]? {
    guard let count = replicates.first?.count else { return nil }
    precondition(replicates.allSatisfy { $0.count == count })
    var sums = [Double](repeating: 0, count: replicates.count)
    var complete = 0
    for index in 0..<count {
      let values = replicates.compactMap { $0[index] }
      if values.count < replicates.count { continue }
      complete += 1
      for (model, rank) in averaged(values, direction: direction).enumerated() {
        sums[model] += rank
      }
    }
    return complete == 0 ? nil : sums.map { $0 / Double(complete) }
  }

  /// The maximal runs of neighbors in a ranking no two of which differ significantly, as a rank diagram joins them.
  ///
  /// - Parameters:
  ///   - count: Models, numbered from best to worst.
  ///   - isSignificant: Whether two models, given in rising order, differ.
  /// - Returns: Runs of at least two models, from the best on; none lies within another.
  public static func cliques(_ count: Int, isSignificant: (Int, Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for start in 0..<count {
      var end = start + 1
      while end < count, !(start..<end).contains(where: { isSignificant($0, end) }) { end += 1 }
      if end - start >= 2, end > runs.last?.upperBound ?? 0 { runs.append(start..<end) }
    }
    return runs
  }
}
