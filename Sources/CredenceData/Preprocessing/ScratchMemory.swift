/// Memory that is used again and again and grows to the largest size asked for.
final class ScratchMemory {
  private(set) var start: UnsafeMutableRawPointer
  private(set) var capacity: Int

  /// Bytes beyond the size asked for that kernels may read.
  static let slack = 64

  init() {
    capacity = 1 << 16
    start = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { start.deallocate() }

  /// Memory of at least a size, what it held before lost.
  func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer {
    if byteCount + Self.slack > capacity {
      start.deallocate()
      capacity = byteCount + Self.slack
      start = .allocate(byteCount: capacity, alignment: 64)
    }
    return start
  }
}
