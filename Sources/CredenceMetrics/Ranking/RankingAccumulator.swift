/// How many samples there are, and how many of them are errors.
struct RankingTotals: Hashable, Sendable {
  var count: Int
  var errorCount: Int

  var correctCount: Int { count &- errorCount }
  /// Errors among all samples.
  var risk: Double { Double(errorCount) / Double(count) }

  /// - Throws: `noErrors` or `noCorrectPredictions` where there is nothing to tell apart.
  func requireBothKinds() throws(MetricError) {
    if errorCount == 0 { throw .noErrors }
    if correctCount == 0 { throw .noCorrectPredictions }
  }
}

/// A tie group together with what stands before it in order of falling confidence.
struct RankingGroup {
  /// Samples before the group.
  var start: Int
  /// Errors before the group.
  var errorsBefore: Int
  /// Samples in the group.
  var count: Int
  /// Errors in the group.
  var errors: Int

  var end: Int { start &+ count }
  var correct: Int { count &- errors }
  var correctBefore: Int { start &- errorsBefore }
  var errorsAtEnd: Int { errorsBefore &+ errors }
}

/// A ranking metric while its groups are coming in, from the most to the least confident.
///
/// Several accumulators can share one sweep; a bootstrap resample is a sweep over weighted groups.
protocol RankingAccumulator: Sendable {
  mutating func add(_ group: RankingGroup)

  /// The metric, once every group has been added.
  func value() throws(MetricError) -> Double
}

extension ScoredOutcomes {
  var totals: RankingTotals { RankingTotals(count: count, errorCount: errorCount) }

  /// Shows every group to an accumulator.
  @inline(__always)
  func sweep<Accumulator: RankingAccumulator>(_ accumulator: Accumulator) -> Accumulator {
    var result = accumulator
    counts.withUnsafeBufferPointer { counts in
      errorCounts.withUnsafeBufferPointer { errorCounts in
        var group = RankingGroup(start: 0, errorsBefore: 0, count: 0, errors: 0)
        for index in 0..<counts.count {
          group.start = group.end
          group.errorsBefore = group.errorsAtEnd
          group.count = Int(counts[index])
          group.errors = Int(errorCounts[index])
          result.add(group)
        }
      }
    }
    return result
  }
}
