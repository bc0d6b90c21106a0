import Foundation

/// A linear map of all scores and a shift: z′ = W z + b.
public struct AffineMap: Codable, Hashable, Sendable {
  /// W, `[classes, classes]`, row after row.
  public var weight: PackedNumbers
  /// b, `[classes]`.
  public var bias: [Double]

  /// Most classes that a matrix is fitted for; the parameters are their square.
  static let maximumClassCount = 2_000

  func validate(classCount: Int) throws(CalibrationError) {
    try CalibrationError.checkClassCount(classCount)
    try CalibrationError.check(
      bias.count == classCount && bias.allSatisfy(\.isFinite), "map.bias",
      "does not hold one finite number for each of \(classCount) classes")
    try CalibrationError.check(
      weight.numbers.count == classCount * classCount && weight.numbers.allSatisfy(\.isFinite),
      "map.weight", "does not hold \(classCount) × \(classCount) finite numbers")
  }

  /// Maps consecutive samples.
  func apply(
    to scores: UnsafeBufferPointer<Double>, into output: UnsafeMutableBufferPointer<Double>
  ) {
    Self.apply(
      transposedWeight: weight.numbers.transposed(columns: bias.count), bias: bias, to: scores,
      into: output)
  }

  static func apply(
    transposedWeight: [Double], bias: [Double], to scores: UnsafeBufferPointer<Double>,
    into output: UnsafeMutableBufferPointer<Double>
  ) {
    let count = bias.count
    let rows = scores.count / count
    for row in 0..<rows {
      for label in 0..<count { output[row * count + label] = bias[label] }
    }
    transposedWeight.withUnsafeBufferPointer { weight in
      MatrixProduct.accumulate(
        scores, rows: rows, inner: count, times: weight, columns: count, into: output)
    }
  }
}

/// Numbers that stand in a file as base64 of their little-endian 64-bit form: exact, and a third of the size of text.
public struct PackedNumbers: Codable, Hashable, Sendable {
  public var numbers: [Double]

  public init(_ numbers: [Double]) {
    self.numbers = numbers
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let data = Data(base64Encoded: text), data.count % 8 == 0 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no base64 of 64-bit numbers")
    }
    numbers = data.withUnsafeBytes { raw in
      (0..<raw.count / 8).map { index in
        Double(
          bitPattern: UInt64(
            littleEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    let words = numbers.map(\.bitPattern.littleEndian)
    try container.encode(words.withUnsafeBytes { Data($0) }.base64EncodedString())
  }
}

extension [Double] {
  /// The transpose of a matrix stored row after row.
  func transposed(columns: Int) -> [Double] {
    let rows = count / columns
    return [Double](unsafeUninitializedCapacity: count) { output, initialized in
      for row in 0..<rows {
        for column in 0..<columns { output[column * rows + row] = self[row * columns + column] }
      }
      initialized = count
    }
  }
}
