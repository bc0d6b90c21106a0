/// Turns stored numbers of any format and byte order into `Float` or `Double`.
struct ScalarDecoder {
  let type: ScalarType
  let isBigEndian: Bool

  init(_ type: ScalarType, _ isBigEndian: Bool) {
    self.type = type
    self.isBigEndian = isBigEndian
  }

  /// The number at an index, exact in every format.
  func double(at index: Int, in raw: UnsafeRawBufferPointer) -> Double {
    var value = 0.0
    withUnsafeMutablePointer(to: &value) { pointer in
      decode(
        from: raw, first: index,
        into: UnsafeMutableBufferPointer(start: pointer, count: 1), outputStride: 1, count: 1)
    }
    return value
  }

  /// Reads `count` numbers that follow one another, and writes them `outputStride` apart.
  func decode<Scalar: MatrixScalar>(
    from raw: UnsafeRawBufferPointer, first: Int,
    into output: UnsafeMutableBufferPointer<Scalar>, outputStride: Int, count: Int
  ) {
    func each<Bits: FixedWidthInteger>(_: Bits.Type, _ convert: (Bits) -> Scalar) {
      for i in 0..<count {
        let bits = raw.loadUnaligned(
          fromByteOffset: (first + i) * MemoryLayout<Bits>.size, as: Bits.self)
        output[i * outputStride] = convert(isBigEndian ? bits.byteSwapped : bits)
      }
    }
    switch type {
    case .float16: each(UInt16.self) { Scalar(Self.float(fromHalf: $0)) }
    case .bfloat16: each(UInt16.self) { Scalar(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: each(UInt32.self) { Scalar(Float(bitPattern: $0)) }
    case .float64: each(UInt64.self) { Scalar(Double(bitPattern: $0)) }
    }
  }

  /// The value of an IEEE 754 half-precision number; `Float16` itself is missing on some platforms.
  @inline(__always)
  static func float(fromHalf bits: UInt16) -> Float {
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
