import Foundation

/// What a loader shares with its threads.
///
/// Unchecked because the compiler cannot see the lock of `condition`, under which alone the variables are touched. Pixels are written outside
/// of it, each image's by the one thread that claimed it.
final class LoaderWork: @unchecked Sendable {
  let rows: Range<Int>
  let batchCount: Int
  private let dataset: any ImageDataset
  private let preprocessing: Preprocessing
  private let settings: LoaderSettings
  private let imageByteCount: Int
  private let pool: PixelBufferPool
  /// Images that a thread claims at once: few enough that all threads share a batch.
  private let claimSize: Int

  private let condition = NSCondition()
  private var slots: [Int: Slot] = [:]
  /// The next position in `rows` that no thread has claimed.
  private var nextPosition = 0
  /// The next batch to give out.
  private var nextBatch = 0
  private var threads: [JoinableThread] = []
  private var isCancelled = false
  private var pendingSkips: [SkippedImage] = []

  /// A batch under way.
  private struct Slot {
    let buffer: PixelBuffer
    var remaining: Int
    var failures: [(position: Int, error: DatasetError)] = []
  }

  init(
    _ dataset: any ImageDataset, _ preprocessing: Preprocessing, _ settings: LoaderSettings,
    rows: Range<Int>
  ) throws(DatasetError) {
    imageByteCount = try Preprocessor(preprocessing, format: settings.format).byteCount
    try settings.validate(imageByteCount: imageByteCount)
    self.dataset = dataset
    self.preprocessing = preprocessing
    self.settings = settings
    self.rows = rows
    batchCount = (rows.count + settings.batchSize - 1) / settings.batchSize
    pool = PixelBufferPool(
      byteCount: min(settings.batchSize, max(rows.count, 1)) * imageByteCount,
      keptCount: settings.prefetchedBatches + 1)
    claimSize = max(1, min(16, settings.batchSize / (4 * settings.workerCount)))
  }

  /// Starts the threads.
  ///
  /// - Throws: `DatasetError.badSetting` where the system has too few.
  func start() throws(DatasetError) {
    for _ in 0..<min(settings.workerCount, max(rows.count, 1)) {
      do {
        let thread = try JoinableThread { [self] in run() }
        condition.withLock { threads.append(thread) }
      } catch {
        cancel()
        throw error
      }
    }
  }

  func cancel() {
    let ending = condition.withLock {
      isCancelled = true
      condition.broadcast()
      defer { threads = [] }
      return threads
    }
    for thread in ending { thread.join() }
    condition.withLock { slots = [:] }
  }

  var skippedAtEnd: [SkippedImage] { condition.withLock { pendingSkips } }

  // MARK: Threads

  private func run() {
    let preprocessor: Preprocessor
    do {
      preprocessor = try Preprocessor(preprocessing, format: settings.format)
    } catch {
      // The settings were checked before.
      return
    }
    while let (positions, buffer) = claim() {
      var failures: [(position: Int, error: DatasetError)] = []
      for position in positions {
        let offset = position % settings.batchSize * imageByteCount
        guard let start = buffer.memory.baseAddress else { continue }
        let index = rows.lowerBound + position
        do throws(DatasetError) {
          try preprocessor.prepare(
            dataset.content(at: index), name: dataset.description(at: index), into: start + offset)
        } catch {
          failures.append((position, error))
        }
      }
      finish(positions, failures)
    }
  }

  /// Waits until there is room, and takes the next images of one batch; `nil` when nothing is left to do.
  private func claim() -> (Range<Int>, PixelBuffer)? {
    condition.withLock {
      while !isCancelled, nextPosition < rows.count,
        nextPosition / settings.batchSize > nextBatch + settings.prefetchedBatches
      {
        condition.wait()
      }
      guard !isCancelled, nextPosition < rows.count else { return nil }
      let batch = nextPosition / settings.batchSize
      let batchEnd = min((batch + 1) * settings.batchSize, rows.count)
      let positions = nextPosition..<min(nextPosition + claimSize, batchEnd)
      nextPosition = positions.upperBound
      let slot =
        slots[batch]
        ?? Slot(buffer: pool.buffer(), remaining: batchEnd - batch * settings.batchSize)
      slots[batch] = slot
      return (positions, slot.buffer)
    }
  }

  private func finish(_ positions: Range<Int>, _ failures: [(position: Int, error: DatasetError)]) {
    condition.withLock {
      let batch = positions.lowerBound / settings.batchSize
      slots[batch]?.failures += failures
      slots[batch]?.remaining -= positions.count
      if slots[batch]?.remaining == 0 { condition.broadcast() }
    }
  }

  // MARK: Batches

  func next() throws(DatasetError) -> ImageBatch? {
    while let (number, slot) = takeFinished() {
      let failures = slot.failures.sorted { $0.position < $1.position }
      if let first = failures.first, settings.unreadableImages == .fail {
        cancel()
        throw first.error
      }
      let start = number * settings.batchSize
      let positions = start..<min(start + settings.batchSize, rows.count)
      let kept = closeGaps(positions, failures.map(\.position), slot.buffer)
      let skipped = failures.map { position, error in
        let index = rows.lowerBound + position
        return SkippedImage(index: index, id: dataset.id(at: index), error: error)
      }
      let allSkipped = condition.withLock {
        pendingSkips += skipped
        defer { if !kept.isEmpty { pendingSkips = [] } }
        return pendingSkips
      }
      if kept.isEmpty { continue }
      return ImageBatch(
        indices: kept.map { rows.lowerBound + $0 },
        imageShape: [preprocessing.height, preprocessing.width, preprocessing.channels],
        format: settings.format, skipped: allSkipped, buffer: slot.buffer, dataset: dataset)
    }
    return nil
  }

  private func takeFinished() -> (Int, Slot)? {
    condition.withLock {
      guard nextBatch < batchCount else { return nil }
      while !isCancelled, slots[nextBatch].map({ $0.remaining > 0 }) ?? true { condition.wait() }
      guard !isCancelled, let slot = slots.removeValue(forKey: nextBatch) else { return nil }
      let number = nextBatch
      nextBatch += 1
      condition.broadcast()
      return (number, slot)
    }
  }

  /// Moves images up over those that failed; returns the positions that are left.
  private func closeGaps(
    _ positions: Range<Int>, _ failed: [Int], _ buffer: PixelBuffer
  ) -> [Int] {
    guard !failed.isEmpty, let memory = buffer.memory.baseAddress else { return Array(positions) }
    let failed = Set(failed)
    let kept = positions.filter { !failed.contains($0) }
    for (place, position) in kept.enumerated() where place != position - positions.lowerBound {
      (memory + place * imageByteCount).copyMemory(
        from: memory + (position - positions.lowerBound) * imageByteCount,
        byteCount: imageByteCount)
    }
    return kept
  }
}
