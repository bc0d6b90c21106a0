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

/// An accumulator whose parts can be swept apart and joined.
protocol MergeableAccumulator: RankingAccumulator {
  /// Adds what another accumulator, equally begun, found in the groups that follow.
  mutating func merge(_ later: Self)
}

extension ScoredOutcomes {
  var totals: RankingTotals { RankingTotals(count: count, errorCount: errorCount) }

  /// Shows every group to an accumulator, one after the other.
  @inline(__always)
  func sweep<Accumulator: RankingAccumulator>(_ accumulator: Accumulator) -> Accumulator {
    var result = accumulator
    sweep(counts.indices, from: Position(), &result)
    return result
  }

  /// Shows every group to an accumulator, on all cores where there are many.
  ///
  /// Blocks have a fixed size and are joined in order, so the sums do not depend on the number of cores.
  @inline(__always)
  func sweep<Accumulator: MergeableAccumulator>(_ accumulator: Accumulator) -> Accumulator {
    let blockSize = 1 << 17
    var result = accumulator
    if counts.count <= blockSize {
      sweep(counts.indices, from: Position(), &result)
      return result
    }
    let sizes = parallelMap(count: counts.count, blockSize: blockSize) { groups in
      Position(
        samples: counts[groups].reduce(0) { $0 + Int($1) },
        errors: errorCounts[groups].reduce(0) { $0 + Int($1) })
    }
    var starts = [Position()]
    for size in sizes { starts.append(starts[starts.count - 1] + size) }
    let positions = starts
    let parts = parallelMap(count: counts.count, blockSize: blockSize) { groups in
      var part = accumulator
      sweep(groups, from: positions[groups.lowerBound / blockSize], &part)
      return part
    }
    for part in parts { result.merge(part) }
    return result
  }

  /// How many samples and errors stand before a group.
  private struct Position: Sendable {
    var samples = 0
    var errors = 0

    static func + (a: Self, b: Self) -> Self {
      Self(samples: a.samples + b.samples, errors: a.errors + b.errors)
    }
  }

  @inline(__always)
  private func sweep<Accumulator: RankingAccumulator>(
    _ groups: Range<Int>, from position: Position, _ accumulator: inout Accumulator
  ) {
    counts.withUnsafeBufferPointer { counts in
      errorCounts.withUnsafeBufferPointer { errorCounts in
        var group = RankingGroup(
          start: position.samples, errorsBefore: position.errors, count: 0, errors: 0)
        for index in groups {
          group.start = group.end
          group.errorsBefore = group.errorsAtEnd
          group.count = Int(counts[index])
          group.errors = Int(errorCounts[index])
          accumulator.add(group)
        }
      }
    }
  }
}
