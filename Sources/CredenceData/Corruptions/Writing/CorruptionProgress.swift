import Foundation

/// How far the making of a corrupted data set is.
public struct CorruptionProgress: Sendable {
  /// Images made, by this run or an earlier one; those left out count as made.
  public let done: Int
  public let total: Int
  /// Of this run.
  public let imagesPerSecond: Double
  /// Infinite as long as nothing can be said.
  public let secondsLeft: Double
}

/// Counts what threads have done, and tells it.
///
/// Unchecked because the compiler cannot see the lock, under which alone the variables are touched.
final class CorruptionCounter: @unchecked Sendable {
  private let lock = NSLock()
  private let total: Int
  private let report: @Sendable (CorruptionProgress) -> Void
  private let start = ContinuousClock.now
  private var made = 0
  private var passed = 0
  private var skippedImages: [SkippedImage] = []

  init(total: Int, _ report: @escaping @Sendable (CorruptionProgress) -> Void) {
    self.total = total
    self.report = report
  }

  /// Counts images that were made, and images that were there or are left out.
  func add(made newlyMade: Int, passed newlyPassed: Int = 0, skipped: SkippedImage? = nil) {
    lock.withLock {
      made += newlyMade
      passed += newlyPassed
      if let skipped { skippedImages.append(skipped) }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rate = seconds > 0 ? Double(made) / seconds : 0
      let left = total - made - passed
      report(
        CorruptionProgress(
          done: made + passed, total: total, imagesPerSecond: rate,
          secondsLeft: left == 0 ? 0 : rate > 0 ? Double(left) / rate : .infinity))
    }
  }

  /// What was counted; the images left out in their order.
  var result: (made: Int, skipped: [SkippedImage], duration: Duration) {
    lock.withLock {
      (made, skippedImages.sorted { $0.index < $1.index }, ContinuousClock.now - start)
    }
  }
}
