@preconcurrency import Dispatch

/// Waits on this thread for something asynchronous, such as a download between two runs of a network.
///
/// The work has a thread of its own: it must not wait for one of those that tasks share, all of which may be waiting here.
///
/// - Throws: What the work throws.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value
{
  let done = DispatchSemaphore(value: 0)
  // Written once before the signal and read once after it.
  nonisolated(unsafe) var result: Result<Value, any Error>?
  let executor = QueueExecutor()
  Task(executorPreference: executor) {
    do { result = .success(try await work()) } catch { result = .failure(error) }
    done.signal()
  }
  done.wait()
  guard let result else { preconditionFailure("the work has ended without a result") }
  return try result.get()
}

/// Runs tasks on a queue, which gets a thread whatever the others do.
private final class QueueExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "credence.waiting")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
