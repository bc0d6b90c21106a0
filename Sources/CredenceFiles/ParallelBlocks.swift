internal import Dispatch

/// Splits `0..<count` into blocks of a fixed size, works on them on all cores, and returns the results in order.
///
/// The blocks depend on `count` and `blockSize` alone, so sums taken over the returned array do not depend on the number
/// of threads. The first error in block order is thrown.
package func parallelBlocks<Result: Sendable>(
  count: Int, blockSize: Int, _ body: @Sendable (Range<Int>) throws -> Result
) throws -> [Result] {
  precondition(blockSize > 0)
  let blocks = (count + blockSize - 1) / blockSize
  if blocks <= 1 { return blocks == 0 ? [] : [try body(0..<count)] }
  var results = [Swift.Result<Result, any Error>?](repeating: nil, count: blocks)
  results.withUnsafeMutableBufferPointer { buffer in
    // Each iteration writes its own slot and nothing else.
    nonisolated(unsafe) let slots = buffer
    DispatchQueue.concurrentPerform(iterations: blocks) { block in
      let start = block * blockSize
      slots[block] = Swift.Result { try body(start..<min(start + blockSize, count)) }
    }
  }
  return try results.compactMap { try $0?.get() }
}
