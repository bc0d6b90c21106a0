import Foundation

/// A thread whose end can be waited for, which Foundation's lacks.
struct JoinableThread {
  private let handle: pthread_t

  /// Runs a closure on a thread of its own; the thread lets go of it before it ends.
  ///
  /// - Throws: `DatasetError.badSetting` where the system has no more threads.
  init(_ body: @escaping @Sendable () -> Void) throws(DatasetError) {
    let box = Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
      var handle: pthread_t?
      let code = pthread_create(
        &handle, nil,
        { argument in
          Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, box.toOpaque())
      let created = handle
    #else
      var handle = pthread_t()
      let code = pthread_create(
        &handle, nil,
        { argument in
          if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, box.toOpaque())
      let created: pthread_t? = handle
    #endif
    guard code == 0, let created else {
      box.release()
      throw .badSetting(
        name: "--workers", value: "more than the system has threads for", allowed: "smaller")
    }
    self.handle = created
  }

  /// Waits for the end; must be called once.
  func join() { pthread_join(handle, nil) }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
