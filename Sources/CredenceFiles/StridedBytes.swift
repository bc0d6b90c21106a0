package import Foundation

/// Entries that lie apart in memory, in the order of their indices.
package enum StridedBytes {
  /// Copies entries so that the last dimension changes fastest.
  ///
  /// - Parameters:
  ///   - input: Holds every entry; the caller has checked that.
  ///   - offset: The byte at which the first entry starts.
  ///   - shape: The lengths of the dimensions.
  ///   - strides: Bytes between neighbors along each dimension.
  ///   - size: Bytes of one entry.
  ///   - isSwapped: Whether to reverse the bytes of each entry.
  /// - Returns: `size` bytes for every entry.
  package static func gathered(
    from input: Data, offset: Int = 0, shape: [Int], strides: [Int], size: Int,
    isSwapped: Bool = false
  ) -> Data {
    var output = Data(count: shape.reduce(size, *))
    guard !output.isEmpty else { return output }
    output.withUnsafeMutableBytes { output in
      input.withUnsafeBytes { input in
        switch size {
        case 1: gather(UInt8.self, input, offset, shape, strides, isSwapped, output)
        case 2: gather(UInt16.self, input, offset, shape, strides, isSwapped, output)
        case 4: gather(UInt32.self, input, offset, shape, strides, isSwapped, output)
        case 8: gather(UInt64.self, input, offset, shape, strides, isSwapped, output)
        default:
          // Text: entries of any length, whose bytes are one dimension more.
          gather(UInt8.self, input, offset, shape + [size], strides + [1], false, output)
        }
      }
    }
    return output
  }

  @inline(__always)
  private static func gather<Bits: FixedWidthInteger>(
    _: Bits.Type, _ input: UnsafeRawBufferPointer, _ offset: Int, _ shape: [Int],
    _ strides: [Int], _ isSwapped: Bool, _ output: UnsafeMutableRawBufferPointer
  ) {
    let size = MemoryLayout<Bits>.size
    let rank = shape.count
    let rowLength = shape.last ?? 1
    let step = strides.last ?? size
    var index = [Int](repeating: 0, count: rank)
    var start = offset
    var position = 0
    while position < output.count {
      var source = start
      for _ in 0..<rowLength {
        let bits = input.loadUnaligned(fromByteOffset: source, as: Bits.self)
        output.storeBytes(
          of: isSwapped ? bits.byteSwapped : bits, toByteOffset: position, as: Bits.self)
        position += size
        source += step
      }
      // Steps the odometer of the other dimensions.
      var dimension = rank - 2
      while dimension >= 0 {
        index[dimension] += 1
        start += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        start -= strides[dimension] * shape[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
  }
}
