import Foundation

/// Works on numbered tasks with several threads.
///
/// Unchecked because the compiler cannot see the lock, under which alone the variables are touched.
final class OrderedWorkers: @unchecked Sendable {
  private let lock = NSLock()
  private let count: Int
  private let body: @Sendable (Int) throws -> Void
  private var next = 0
  private var failure: (task: Int, error: any Error)?

  private init(count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
    self.count = count
    self.body = body
  }

  /// Runs tasks from the first on.
  ///
  /// - Parameters:
  ///   - count: The tasks' number.
  ///   - workers: Threads, at least 1.
  ///   - body: One task.
  /// - Throws: What the first of all failing tasks throws; none is begun after it.
  static func run(
    count: Int, workers: Int, _ body: @escaping @Sendable (Int) throws -> Void
  ) throws {
    let work = OrderedWorkers(count: count, body)
    var threads: [JoinableThread] = []
    defer { for thread in threads { thread.join() } }
    do {
      for _ in 1..<max(min(workers, count), 1) {
        threads.append(try JoinableThread { work.run() })
      }
    } catch {
      work.stop()
      throw error
    }
    work.run()
    for thread in threads { thread.join() }
    threads = []
    if let failure = work.failure { throw failure.error }
  }

  private func run() {
    while let task = claim() {
      do {
        try body(task)
      } catch {
        lock.withLock {
          if failure.map({ task < $0.task }) ?? true { failure = (task, error) }
          next = count
        }
      }
    }
  }

  private func claim() -> Int? {
    lock.withLock {
      guard next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  private func stop() { lock.withLock { next = count } }
}
