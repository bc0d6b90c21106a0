import Foundation

/// Reads whole files into memory that is used again.
enum FileBytes {
  /// The bytes of a regular file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: Its name in errors.
  ///   - memory: Holds the bytes until its next use.
  /// - Returns: The bytes, in that memory.
  /// - Throws: `DatasetError.unreadableImage`.
  static func read(
    _ path: String, name: String, into memory: ScratchMemory
  ) throws(DatasetError) -> UnsafeRawBufferPointer {
    func failure() -> DatasetError {
      .unreadableImage(image: name, reason: String(cString: strerror(errno)))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadableImage(image: name, reason: "it is not a regular file")
    }
    let expected = Int(status.st_size)
    guard expected <= largestFile else {
      throw .unreadableImage(image: name, reason: "\(expected) bytes are too many for an image")
    }
    let start = memory.reserve(expected)
    var count = 0
    while count < expected {
      let step = Foundation.read(descriptor, start + count, expected - count)
      guard step >= 0 else {
        if errno == EINTR { continue }
        throw failure()
      }
      if step == 0 { break }
      count += step
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  private static let largestFile = 1 << 31
}
