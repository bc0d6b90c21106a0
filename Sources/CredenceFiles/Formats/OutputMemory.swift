package import Foundation

/// Memory for numbers that have no place in the file: decompressed or read from text.
package enum OutputMemory {
  /// Above this size the memory is that of a temporary file, which the system can write out and take back.
  package static let largestInMemory = Int(clamping: ProcessInfo.processInfo.physicalMemory / 4)

  /// Memory of zeros that the closure fills.
  ///
  /// - Parameters:
  ///   - count: The number of bytes.
  ///   - file: The file that is being read, for errors.
  ///   - limit: The size from which on a temporary file is used; it has no name and ends with the memory.
  ///   - fill: Receives the memory.
  /// - Returns: The bytes, and what the closure returns.
  /// - Throws: What the closure throws; `FileError.unreadable` where there is no room on the disk.
  package static func make<Result>(
    _ count: Int, for file: String, limit: Int = largestInMemory,
    _ fill: (UnsafeMutableRawBufferPointer) throws -> Result
  ) throws -> (Data, Result) {
    guard count > limit else {
      var data = Data(count: count)
      let result = try data.withUnsafeMutableBytes { try fill($0) }
      return (data, result)
    }
    let memory = try map(count, file)
    let data = Data(
      bytesNoCopy: memory, count: count, deallocator: .custom { munmap($0, $1) })
    return (data, try fill(UnsafeMutableRawBufferPointer(start: memory, count: count)))
  }

  private static func map(
    _ count: Int, _ file: String
  ) throws(FileError) -> UnsafeMutableRawPointer {
    func failure(_ code: Int32) -> FileError {
      let folder = FileManager.default.temporaryDirectory.path
      return .unreadable(
        file: file,
        reason: "It needs \(count) bytes for its numbers, and ‘\(folder)’ has no room: "
          + "\(String(cString: strerror(code))). Set TMPDIR to a larger disk.")
    }
    var template = Array(
      FileManager.default.temporaryDirectory.appendingPathComponent("credence-XXXXXX").path
        .utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    unlink(template)
    // Room is set aside now: a disk that is full later would end the process.
    #if canImport(Darwin)
      guard ftruncate(descriptor, off_t(count)) == 0 else { throw failure(errno) }
    #else
      let code = posix_fallocate(descriptor, 0, off_t(count))
      guard code == 0 else { throw failure(code) }
    #endif
    guard
      let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw failure(errno) }
    return memory
  }
}
