/// The class-wise reliability table: for each class, how its probability fares in equal-width bins.
///
/// Only bins above the first keep their probabilities as they come; the first bin is what remains of the class's total, since
/// nearly all probabilities of many classes fall into it.
public struct ClasswiseBins: Sendable {
  /// A bin of one class.
  public struct Bin: Sendable {
    public var sum = 0.0
    public var count: Int32 = 0
    public var hits: Int32 = 0
  }

  public let classCount: Int
  public let binCount: Int
  /// Entries below this probability are left out of `aboveThreshold`.
  public let threshold: Double
  /// Rows that were added.
  public private(set) var rowCount = 0
  /// The sum of each class's probabilities over all rows, `[classes]` padded to a multiple of 8.
  private(set) var totals: [Double]
  /// Rows of which each is the true class, `[classes]`.
  private(set) var classHits: [Int32]
  /// Entries above the first bin's edge, `[classes, bins]`.
  private(set) var upper: [Bin]
  /// Entries of the first bin that are at or above the threshold, `[classes]`.
  private(set) var firstAboveThreshold: [Bin]
  /// The bins' upper edges.
  let edges: [Double]

  init(classCount: Int, binCount: Int, threshold: Double) {
    self.classCount = classCount
    self.binCount = binCount
    self.threshold = threshold
    totals = Array(repeating: 0, count: (classCount + 7) & ~7)
    classHits = Array(repeating: 0, count: classCount)
    upper = Array(repeating: Bin(), count: classCount * binCount)
    firstAboveThreshold = Array(repeating: Bin(), count: classCount)
    edges = EqualWidthBins(count: binCount).edges.dropFirst().map { Double($0) }
  }

  /// Adds the probabilities of one row.
  ///
  /// - Parameters:
  ///   - probabilities: Padded with zeros to a multiple of 8.
  ///   - label: The true class.
  @inline(__always)
  mutating func add(_ probabilities: UnsafeMutablePointer<Double>, label: Int) {
    rowCount += 1
    classHits[label] += 1
    let low = min(edges[0], threshold)
    for k in stride(from: 0, to: totals.count, by: 8) {
      let p = UnsafeRawPointer(probabilities + k).loadUnaligned(as: Double8.self)
      totals.withUnsafeMutableBytes { bytes in
        let sum = bytes.loadUnaligned(fromByteOffset: 8 * k, as: Double8.self) + p
        bytes.storeBytes(of: sum, toByteOffset: 8 * k, as: Double8.self)
      }
      if any(p .>= low) {
        for lane in 0..<min(8, classCount - k) where p[lane] >= low {
          place(p[lane], class: k + lane, isHit: k + lane == label)
        }
      }
    }
  }

  private mutating func place(_ p: Double, class index: Int, isHit: Bool) {
    if p > edges[0] {
      var bin = min(Int(p * Double(binCount)), binCount - 1)
      while bin > 0, p <= edges[bin - 1] { bin -= 1 }
      while bin < binCount - 1, p > edges[bin] { bin += 1 }
      upper[index * binCount + bin].sum += p
      upper[index * binCount + bin].count += 1
      if isHit { upper[index * binCount + bin].hits += 1 }
    } else if p >= threshold {
      firstAboveThreshold[index].sum += p
      firstAboveThreshold[index].count += 1
      if isHit { firstAboveThreshold[index].hits += 1 }
    }
  }

  /// Adds the table of other rows.
  mutating func merge(_ other: Self) {
    rowCount += other.rowCount
    for k in totals.indices { totals[k] += other.totals[k] }
    for k in 0..<classCount {
      classHits[k] += other.classHits[k]
      firstAboveThreshold[k].add(other.firstAboveThreshold[k])
    }
    for k in upper.indices { upper[k].add(other.upper[k]) }
  }

  /// The bins of one class, all probabilities counted.
  public func bins(ofClass index: Int) -> [Bin] {
    var bins = Array(upper[index * binCount..<(index + 1) * binCount])
    var first = Bin(sum: totals[index], count: Int32(rowCount), hits: classHits[index])
    for bin in bins.dropFirst() {
      first.sum -= bin.sum
      first.count -= bin.count
      first.hits -= bin.hits
    }
    first.sum = max(first.sum, 0)
    bins[0] = first
    return bins
  }

  /// The bins of one class, probabilities below the threshold left out.
  ///
  /// - Parameter index: The class.
  /// - Returns: `binCount` bins; exact where the threshold is at most the first bin's upper edge.
  public func binsAboveThreshold(ofClass index: Int) -> [Bin] {
    var bins = Array(upper[index * binCount..<(index + 1) * binCount])
    bins[0] = firstAboveThreshold[index]
    return bins
  }
}

extension ClasswiseBins.Bin {
  fileprivate mutating func add(_ other: Self) {
    sum += other.sum
    count += other.count
    hits += other.hits
  }
}
