@preconcurrency import Dispatch

/// Waits on this thread for something asynchronous, such as a download between two runs of a network.
///
/// - Throws: What the work throws.
func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value
{
  let done = DispatchSemaphore(value: 0)
  // Written once before the signal and read once after it.
  nonisolated(unsafe) var result: Result<Value, any Error>?
  Task {
    do { result = .success(try await work()) } catch { result = .failure(error) }
    done.signal()
  }
  done.wait()
  guard let result else { preconditionFailure("the work has ended without a result") }
  return try result.get()
}
