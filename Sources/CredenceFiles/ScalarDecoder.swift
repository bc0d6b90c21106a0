/// Turns stored numbers of any format and byte order into `Float` or `Double`.
package struct ScalarDecoder {
  package let type: ScalarType
  package let isBigEndian: Bool

  package init(_ type: ScalarType, _ isBigEndian: Bool) {
    self.type = type
    self.isBigEndian = isBigEndian
  }

  /// The number at an index, exact in every format.
  package func double(at index: Int, in raw: UnsafeRawBufferPointer) -> Double {
    var value = 0.0
    withUnsafeMutablePointer(to: &value) { pointer in
      decode(
        from: raw, first: index,
        into: UnsafeMutableBufferPointer(start: pointer, count: 1), outputStride: 1, count: 1)
    }
    return value
  }

  /// Reads `count` numbers that follow one another, and writes them `outputStride` apart.
  package func decode<Scalar: MatrixScalar>(
    from raw: UnsafeRawBufferPointer, first: Int,
    into output: UnsafeMutableBufferPointer<Scalar>, outputStride: Int, count: Int
  ) {
    precondition(first >= 0 && count >= 0 && (first + count) * type.size <= raw.count)
    precondition(count == 0 || (count - 1) * outputStride < output.count)
    let source = UnsafeRawBufferPointer(
      rebasing: raw[first * type.size..<(first + count) * type.size])
    if type == Scalar.scalarType, !isBigEndian, outputStride == 1 {
      UnsafeMutableRawBufferPointer(output).copyMemory(from: source)
      return
    }
    // Named types here let the compiler specialize the loops whatever module asks.
    let target = UnsafeMutableRawBufferPointer(output)
    switch Scalar.scalarType {
    case .float64: convert(source, to: target.assumingMemoryBound(to: Double.self), outputStride)
    default: convert(source, to: target.assumingMemoryBound(to: Float.self), outputStride)
    }
  }

  private func convert<Scalar: BinaryFloatingPoint>(
    _ source: UnsafeRawBufferPointer, to output: UnsafeMutableBufferPointer<Scalar>, _ stride: Int
  ) {
    switch type {
    case .float16: each(UInt16.self, source, output, stride) { Scalar(Self.float(fromHalf: $0)) }
    case .bfloat16:
      each(UInt16.self, source, output, stride) { Scalar(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: each(UInt32.self, source, output, stride) { Scalar(Float(bitPattern: $0)) }
    case .float64: each(UInt64.self, source, output, stride) { Scalar(Double(bitPattern: $0)) }
    }
  }

  @inline(__always)
  private func each<Bits: FixedWidthInteger, Scalar>(
    _: Bits.Type, _ source: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<Scalar>,
    _ stride: Int, _ convert: (Bits) -> Scalar
  ) {
    let size = MemoryLayout<Bits>.size
    for index in 0..<source.count / size {
      let bits = source.loadUnaligned(fromByteOffset: index * size, as: Bits.self)
      output[index * stride] = convert(isBigEndian ? bits.byteSwapped : bits)
    }
  }

  /// The value of an IEEE 754 half-precision number; `Float16` itself is missing on some platforms.
  @inline(__always)
  package static func float(fromHalf bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7fff)
    if magnitude >= 0x7c00 {  // infinity, NaN
      return Float(bitPattern: sign | 0x7f80_0000 | (magnitude & 0x3ff) << 13)
    }
    // Shifting puts the exponent 112 too low; the multiplication mends it, subnormal numbers included.
    let scaled = Float(bitPattern: magnitude << 13) * Float(bitPattern: 0x7780_0000)
    return Float(bitPattern: scaled.bitPattern | sign)
  }
}
