/// The uncertainties of inliers and outliers made ready to be measured under many sets of weights.
///
/// They are sorted once; then every metric of detection is one pass over them.
struct DetectionSweep: Sendable {
  let inlierCount: Int
  let count: Int
  /// Per sample by rising uncertainty its row, whether it is an outlier, and whether it is the last of equal ones.
  private let places: [UInt32]

  private static let outlierBit: UInt32 = 1 << 31
  private static let lastBit: UInt32 = 1 << 30
  private static let rowMask: UInt32 = lastBit - 1

  /// Sorts two lists.
  ///
  /// - Throws: `MetricError.unavailable` where either is empty, `notFinite` with the row; rows of outliers follow those of inliers.
  init(inliers: [Double], outliers: [Double]) throws(MetricError) {
    let outcomes = try ScoredOutcomes(inliers: inliers, outliers: outliers)
    guard outcomes.count <= Int(Self.rowMask) else {
      throw .unavailable("there are more than \(Self.rowMask) samples; resampling stops there")
    }
    inlierCount = inliers.count
    count = outcomes.count
    var ends: [Int] = []
    ends.reserveCapacity(outcomes.counts.count)
    for size in outcomes.counts { ends.append((ends.last ?? 0) + Int(size)) }
    var next = [0] + ends.dropLast()
    var places = [UInt32](repeating: 0, count: count)
    let thresholds = outcomes.thresholds
    for (row, uncertainty) in (inliers + outliers).enumerated() {
      // Thresholds are confidences, from high to low.
      let group = thresholds.partitioningIndex { $0 <= -uncertainty }
      let kind = row < inlierCount ? 0 : Self.outlierBit
      places[next[group]] = UInt32(truncatingIfNeeded: row) | kind
      next[group] += 1
    }
    for end in ends { places[end - 1] |= Self.lastBit }
    self.places = places
  }

  /// Appends the metrics under weights in the order of `DetectionMetric.all`; undefined ones are NaN.
  ///
  /// - Parameters:
  ///   - weights: How often each row counts.
  ///   - values: Receives five numbers.
  func append(under weights: UnsafeBufferPointer<UInt8>, to values: inout [Double]) {
    var (inlierTotal, outlierTotal) = (0, 0)
    for row in 0..<inlierCount { inlierTotal &+= Int(weights[row]) }
    for row in inlierCount..<count { outlierTotal &+= Int(weights[row]) }
    guard inlierTotal > 0, outlierTotal > 0 else {
      values += repeatElement(.nan, count: 5)
      return
    }
    // The slack keeps 0.95 × 20 = 19 from becoming 20 by rounding.
    func share(_ total: Int) -> Int { Int((0.95 * Double(total) - 1e-9).rounded(.up)) }
    let (neededInliers, neededOutliers) = (share(inlierTotal), share(outlierTotal))
    // Accepted before the group, and in it.
    var (inliersBefore, outliersBefore, inliers, outliers) = (0, 0, 0, 0)
    var pairs = 0
    var (precisionIn, precisionOut) = (0.0, 0.0)
    var (acceptedOutliers, acceptedInliers) = (0, 0)
    places.withUnsafeBufferPointer { places in
      for place in places {
        let weight = Int(weights[Int(truncatingIfNeeded: place & Self.rowMask)])
        if place & Self.outlierBit == 0 { inliers &+= weight } else { outliers &+= weight }
        if place & Self.lastBit == 0 { continue }
        if inliersBefore < neededInliers { acceptedOutliers &+= outliers }
        if outlierTotal &- outliersBefore >= neededOutliers { acceptedInliers = inliersBefore }
        if outliers > 0 {
          // Twice the inliers that are less uncertain; equal ones count one half.
          pairs &+= outliers &* (2 &* inliersBefore &+ inliers)
          let rejected = outlierTotal &- outliersBefore
          precisionOut +=
            Double(outliers) * Double(rejected) / Double(rejected &+ inlierTotal &- inliersBefore)
        }
        inliersBefore &+= inliers
        outliersBefore &+= outliers
        if inliers > 0 {
          precisionIn +=
            Double(inliers) * Double(inliersBefore) / Double(inliersBefore &+ outliersBefore)
        }
        (inliers, outliers) = (0, 0)
      }
    }
    let (a, b) = (Double(inlierTotal), Double(outlierTotal))
    values += [
      Double(acceptedOutliers) / b, Double(pairs) / (2 * a * b), precisionIn / a, precisionOut / b,
      Double(inlierTotal - acceptedInliers) / a,
    ]
  }
}
