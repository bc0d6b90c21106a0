/// A score list made ready to be swept under many sets of weights.
///
/// Sorting happens once; a resample is one pass over the sorted samples, which gathers their weights, and one over
/// the tie groups that hold errors, which is all that most ranking metrics depend on.
struct ResampledList: Sendable {
  /// The ids of everything `values(weights:)` returns, in order.
  let metricIDs: [String]
  let outcomes: ScoredOutcomes

  /// The confidence of each tie group as a probability, where it has one.
  private let calibratedThresholds: [Double]
  private let sweep: RankingSweep
  private let harmonics: HarmonicTable
  /// Per sorted sample its row, whether it is wrong, and whether it ends its tie group.
  private let places: [UInt32]
  /// The confidence of each sorted sample, clamped to [0, 1]; empty where they are not probabilities.
  private let probabilities: [Double]
  /// Where bins end among the sorted samples, from the surest bin on; one end where there are no bins.
  private let binEnds: [Int]
  private let columns: [[Double]]

  static let wrongBit: UInt32 = 1 << 31
  static let lastBit: UInt32 = 1 << 30
  static let rowMask: UInt32 = lastBit - 1

  /// Sorts a list.
  ///
  /// - Parameters:
  ///   - list: The scores.
  ///   - settings: Of the metrics.
  ///   - harmonics: A table that reaches the largest resample.
  /// - Throws: What `ScoredOutcomes` throws.
  init(_ list: BootstrapList, settings: MetricSettings, harmonics: HarmonicTable)
    throws(MetricError)
  {
    let count = list.confidences.count
    guard count <= Int(Self.rowMask) else {
      throw .unavailable("there are more than \(Self.rowMask) samples; resampling stops there")
    }
    let outcomes = try ScoredOutcomes(confidences: list.confidences, isCorrect: list.isCorrect)
    self.outcomes = outcomes
    self.harmonics = harmonics
    sweep = RankingSweep(settings)
    let places = Self.places(list, outcomes)
    self.places = places
    let columnIDs = list.columns.keys.sorted()
    var columns = columnIDs.map { list.columns[$0] ?? [] }
    var ids = sweep.metricIDs
    let ends = Self.sampleEnds(outcomes)
    let calibrated = list.probabilities.map { probabilities in
      // Each group's probability; they fall as the confidences do.
      ScoredOutcomes(
        thresholds: ends.map { probabilities[Int(places[$0 - 1] & Self.rowMask)] },
        counts: outcomes.counts, errorCounts: outcomes.errorCounts)
    }
    calibratedThresholds = calibrated?.thresholds ?? outcomes.thresholds
    let bins = EqualWidthBins(count: settings.binCount)
    if let starts = try? bins.firstGroups(of: calibrated ?? outcomes) {
      binEnds = starts.dropLast().reversed().map { $0 == 0 ? 0 : ends[$0 - 1] }
      let clamped = (list.probabilities ?? list.confidences).map { min(max($0, 0), 1) }
      probabilities = places.map { clamped[Int($0 & Self.rowMask)] }
      columns.append(
        zip(clamped, list.isCorrect).map { confidence, isCorrect in
          let distance = confidence - (isCorrect ? 1 : 0)
          return distance * distance
        })
      ids += columnIDs + ["top_label_brier", "ece", "mce", "ece_l2", "ece_debiased"]
    } else {
      binEnds = [count]
      probabilities = []
      ids += columnIDs
    }
    self.columns = columns
    metricIDs = ids
  }

  /// The number of bins whose accuracies are resampled, 0 where confidences are not probabilities.
  var binCount: Int { probabilities.isEmpty ? 0 : binEnds.count }

  // MARK: Preparation

  private static func sampleEnds(_ outcomes: ScoredOutcomes) -> [Int] {
    var end = 0
    return outcomes.counts.map { count in
      end += Int(count)
      return end
    }
  }

  /// The samples in order of falling confidence, by binary search of their groups.
  private static func places(_ list: BootstrapList, _ outcomes: ScoredOutcomes) -> [UInt32] {
    var next = [0] + sampleEnds(outcomes).dropLast()
    let thresholds = outcomes.thresholds
    let confidences = list.confidences
    let groups = parallelMap(count: confidences.count, blockSize: 1 << 15) { rows in
      rows.map { row in
        let confidence = confidences[row]
        return UInt32(truncatingIfNeeded: thresholds.partitioningIndex { $0 <= confidence })
      }
    }
    var places = [UInt32](repeating: 0, count: confidences.count)
    for (row, group) in groups.joined().enumerated() {
      let wrong = list.isCorrect[row] ? 0 : wrongBit
      places[next[Int(group)]] = UInt32(truncatingIfNeeded: row) | wrong
      next[Int(group)] += 1
    }
    // After the loop each entry is the end of its group.
    for end in next { places[end - 1] |= lastBit }
    return places
  }

  // MARK: A resample

  /// Memory that one thread keeps from resample to resample.
  struct Scratch {
    fileprivate var groups: [ErrorGroup] = []
    fileprivate var bins: [CalibrationBin] = []
    fileprivate var doubles: [Double] = []
  }

  /// A tie group that holds errors.
  fileprivate struct ErrorGroup {
    var start: Int32
    var errorsBefore: Int32
    var count: Int32
    var errors: Int32
  }

  /// Appends the metrics under weights in the order of `metricIDs`, then each bin's accuracy from low to high confidence.
  ///
  /// Undefined values are NaN.
  func values(
    weights: UnsafeBufferPointer<UInt8>, scratch: inout Scratch, into values: inout [Double]
  ) {
    let valueCount = metricIDs.count + binCount
    scratch.bins = Array(
      repeating: CalibrationBin(lower: 0, upper: 0), count: max(binEnds.count, 1))
    if scratch.groups.count < outcomes.counts.count + 1 {
      let group = ErrorGroup(start: 0, errorsBefore: 0, count: 0, errors: 0)
      scratch.groups = Array(repeating: group, count: outcomes.counts.count + 1)
    }
    let first = gather(weights, &scratch)
    guard first.totals.count > 0 else {
      values += repeatElement(.nan, count: valueCount)
      return
    }
    for result in rankingValues(first, scratch.groups) {
      values.append((try? result.get()) ?? .nan)
    }
    appendColumnMeans(weights, total: first.totals.count, &scratch, to: &values)
    guard binCount > 0 else { return }
    for norm in [CalibrationNorm.mean, .maximum, .rootMeanSquare, .debiased] {
      values.append(norm.value(of: scratch.bins))
    }
    for bin in scratch.bins.reversed() { values.append(bin.accuracy) }
  }

  /// What the pass over all samples finds.
  private struct FirstPass {
    var totals: RankingTotals
    var success: AUPRSuccess.Accumulator
    var errorGroupCount: Int
  }

  private func gather(_ weights: UnsafeBufferPointer<UInt8>, _ scratch: inout Scratch) -> FirstPass
  {
    var success = AUPRSuccess.Accumulator(RankingTotals(count: 0, errorCount: 0))
    var group = RankingGroup(start: 0, errorsBefore: 0, count: 0, errors: 0)
    var (end, errors, errorGroups) = (0, 0, 0)
    places.withUnsafeBufferPointer { places in
      probabilities.withUnsafeBufferPointer { probabilities in
        scratch.groups.withUnsafeMutableBufferPointer { output in
          var first = 0
          for (bin, last) in binEnds.enumerated() {
            let before = group
            var confidenceSum = 0.0
            for index in first..<last {
              let place = places[index]
              let weight = Int(weights[Int(truncatingIfNeeded: place & Self.rowMask)])
              end &+= weight
              errors &+= place & Self.wrongBit == 0 ? 0 : weight
              if !probabilities.isEmpty { confidenceSum += Double(weight) * probabilities[index] }
              if place & Self.lastBit == 0 { continue }
              group.count = end &- group.start
              group.errors = errors &- group.errorsBefore
              success.add(group)
              output[errorGroups] = ErrorGroup(
                start: Int32(truncatingIfNeeded: group.start),
                errorsBefore: Int32(truncatingIfNeeded: group.errorsBefore),
                count: Int32(truncatingIfNeeded: group.count),
                errors: Int32(truncatingIfNeeded: group.errors))
              errorGroups &+= group.errors == 0 ? 0 : 1
              group.start = end
              group.errorsBefore = errors
            }
            let count = end - before.start
            scratch.bins[bin].count = Double(count)
            scratch.bins[bin].correct = Double(count - (errors - before.errorsBefore))
            scratch.bins[bin].confidenceSum = confidenceSum
            first = last
          }
        }
      }
    }
    success.totals = RankingTotals(count: end, errorCount: errors)
    return FirstPass(totals: success.totals, success: success, errorGroupCount: errorGroups)
  }

  private func rankingValues(_ first: FirstPass, _ groups: [ErrorGroup])
    -> [Result<Double, MetricError>]
  {
    var state = RankingSweep.State(first.totals, harmonics: harmonics)
    state.auprSuccess = first.success
    var selectiveRisks = sweep.selectiveRisks(first.totals)
    var (accuracies, risks) = sweep.searches()
    groups.withUnsafeBufferPointer { groups in
      for group in groups[..<first.errorGroupCount] {
        let group = RankingGroup(group)
        state.addErrors(group)
        selectiveRisks.add(group)
      }
      selectiveRisks.finish(first.totals)
      let candidates = groups[..<first.errorGroupCount]
      Self.search(&accuracies, first.totals, candidates)
      Self.search(&risks, first.totals, candidates)
    }
    return sweep.orderedValues(
      state, risks: selectiveRisks.risks, accepted: accuracies.accepted,
      acceptedAtRisk: risks.accepted)
  }

  /// The largest coverage that satisfies a constraint is complete or ends right before an error.
  private static func search(
    _ search: inout CoverageSearch, _ totals: RankingTotals,
    _ groups: Slice<UnsafeBufferPointer<ErrorGroup>>
  ) {
    if search.accepted.isEmpty { return }
    if search.isOver(afterAccepting: totals.count, errors: totals.errorCount) { return }
    for group in groups.reversed() {
      if search.isOver(afterAccepting: Int(group.start), errors: Int(group.errorsBefore)) { return }
    }
  }

  private func appendColumnMeans(
    _ weights: UnsafeBufferPointer<UInt8>, total: Int, _ scratch: inout Scratch,
    to values: inout [Double]
  ) {
    if columns.isEmpty { return }
    if scratch.doubles.count != weights.count {
      scratch.doubles = Array(repeating: 0, count: weights.count)
    }
    scratch.doubles.withUnsafeMutableBufferPointer { doubles in
      for index in 0..<weights.count { doubles[index] = Double(weights[index]) }
    }
    for column in columns {
      values.append(Self.dot(column, scratch.doubles) / Double(total))
    }
  }

  /// Four sums side by side; which of them a sample goes to depends on its row alone.
  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var (s0, s1) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
        var index = 0
        while index &+ 4 <= a.count {
          s0 += SIMD2(a[index], a[index &+ 1]) * SIMD2(b[index], b[index &+ 1])
          s1 += SIMD2(a[index &+ 2], a[index &+ 3]) * SIMD2(b[index &+ 2], b[index &+ 3])
          index &+= 4
        }
        var sum = (s0 + s1).sum()
        while index < a.count {
          sum += a[index] * b[index]
          index &+= 1
        }
        return sum
      }
    }
  }

  /// The resample as outcomes of its own, for metrics that no sweep covers.
  func outcomes(weights: UnsafeBufferPointer<UInt8>) -> ScoredOutcomes? {
    var thresholds: [Double] = []
    var counts: [Int32] = []
    var errorCounts: [Int32] = []
    thresholds.reserveCapacity(outcomes.counts.count)
    counts.reserveCapacity(outcomes.counts.count)
    errorCounts.reserveCapacity(outcomes.counts.count)
    var (count, errors, group): (Int32, Int32, Int) = (0, 0, 0)
    for place in places {
      let weight = Int32(weights[Int(place & Self.rowMask)])
      count += weight
      errors += place & Self.wrongBit == 0 ? 0 : weight
      if place & Self.lastBit == 0 { continue }
      if count > 0 {
        thresholds.append(calibratedThresholds[group])
        counts.append(count)
        errorCounts.append(errors)
      }
      (count, errors) = (0, 0)
      group += 1
    }
    if counts.isEmpty { return nil }
    return ScoredOutcomes(thresholds: thresholds, counts: counts, errorCounts: errorCounts)
  }
}

extension RankingGroup {
  @inline(__always)
  fileprivate init(_ group: ResampledList.ErrorGroup) {
    self.init(
      start: Int(group.start), errorsBefore: Int(group.errorsBefore), count: Int(group.count),
      errors: Int(group.errors))
  }
}
