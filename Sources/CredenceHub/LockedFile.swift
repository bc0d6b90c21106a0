import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that one process or task at a time may hold, opened for reading and writing.
///
/// The lock is that of `flock`, which the system takes back when a process ends. Other programs that lock the same path so are
/// kept out too.
final class LockedFile {
  let path: String
  let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    // Closing gives the lock back.
    close(descriptor)
  }

  /// Opens a file, makes it where it is absent, and waits until nobody else holds it.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - interval: How long to wait before each new attempt.
  /// - Returns: The file, locked.
  /// - Throws: `HubError.unwritable`; `CancellationError`.
  static func open(_ url: URL, interval: Duration = .milliseconds(100)) async throws -> LockedFile {
    while true {
      let descriptor = try openOnce(url.path)
      let file = LockedFile(path: url.path, descriptor: descriptor)
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // The former holder may have moved the file to its place: then this one is no longer what the path names.
        if file.isInPlace { return file }
        continue
      }
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw HubError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
      }
      try await Task.sleep(for: interval)
    }
  }

  private static func openOnce(_ path: String) throws(HubError) -> Int32 {
    #if canImport(Darwin)
      let descriptor = Darwin.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    #elseif canImport(Musl)
      let descriptor = Musl.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    #else
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
    #endif
    guard descriptor >= 0 else {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    return descriptor
  }

  private var isInPlace: Bool {
    var held = stat()
    var named = stat()
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
      && held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }

  /// The number of bytes in the file.
  ///
  /// - Throws: `HubError.unwritable`.
  func size() throws(HubError) -> Int {
    var held = stat()
    guard fstat(descriptor, &held) == 0 else { throw failure() }
    return Int(held.st_size)
  }

  /// Cuts the file, and continues at its new end.
  ///
  /// - Throws: `HubError.unwritable`.
  func truncate(to count: Int) throws(HubError) {
    guard ftruncate(descriptor, off_t(count)) == 0, lseek(descriptor, off_t(count), SEEK_SET) >= 0
    else { throw failure() }
  }

  /// Writes bytes at the present position.
  ///
  /// - Throws: `HubError.unwritable`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let written = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if written < 0 {
        guard errno == EINTR else { throw failure() }
        continue
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Hands out all bytes in pieces, and continues at the end.
  ///
  /// - Throws: `HubError.unwritable`.
  func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(HubError) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      #if canImport(Darwin)
        let count = Darwin.read(descriptor, &buffer, buffer.count)
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, &buffer, buffer.count)
      #else
        let count = Glibc.read(descriptor, &buffer, buffer.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      guard count > 0 else { return }
      buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// Puts the file in its place, over one that is there; the lock is kept.
  ///
  /// - Throws: `HubError.unwritable`.
  func move(to target: URL) throws(HubError) {
    guard fsync(descriptor) == 0 else { throw failure() }
    guard rename(path, target.path) == 0 else {
      throw .unwritable(path: target.path, reason: String(cString: strerror(errno)))
    }
  }

  private func failure() -> HubError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
