import Foundation

/// Memory of one batch, aligned to 64 bytes, that goes back to its loader when nobody holds it any more.
///
/// Unchecked because the compiler cannot see who writes. It holds since the loader alone writes, before it hands the buffer out.
public final class PixelBuffer: @unchecked Sendable {
  /// The memory; it lives as long as this object.
  public let bytes: UnsafeRawBufferPointer
  let memory: UnsafeMutableRawBufferPointer
  private let pool: PixelBufferPool

  fileprivate init(_ memory: UnsafeMutableRawBufferPointer, _ pool: PixelBufferPool) {
    self.memory = memory
    self.pool = pool
    bytes = UnsafeRawBufferPointer(memory)
  }

  deinit { pool.takeBack(memory) }
}

/// Keeps the memory of batches for reuse.
///
/// Unchecked because the compiler cannot see the lock under which alone the list is touched.
final class PixelBufferPool: @unchecked Sendable {
  private let byteCount: Int
  private let keptCount: Int
  private let lock = NSLock()
  private var free: [UnsafeMutableRawBufferPointer] = []

  /// A pool of buffers of one size that keeps at most so many.
  init(byteCount: Int, keptCount: Int) {
    self.byteCount = byteCount
    self.keptCount = keptCount
  }

  deinit { for memory in free { memory.deallocate() } }

  func buffer() -> PixelBuffer {
    let memory = lock.withLock { free.popLast() }
    return PixelBuffer(memory ?? .allocate(byteCount: byteCount, alignment: 64), self)
  }

  fileprivate func takeBack(_ memory: UnsafeMutableRawBufferPointer) {
    let isKept = lock.withLock {
      guard free.count < keptCount else { return false }
      free.append(memory)
      return true
    }
    if !isKept { memory.deallocate() }
  }
}
