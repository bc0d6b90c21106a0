/// The floating-point format of stored numbers.
public enum ScalarType: String, Codable, Hashable, Sendable, CaseIterable {
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"

  /// Bytes of one number.
  public var size: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}

/// The two number types in which rows of a matrix are handed out.
public protocol MatrixScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The stored format that needs no conversion.
  static var scalarType: ScalarType { get }
}

extension Float: MatrixScalar {
  public static var scalarType: ScalarType { .float32 }
}

extension Double: MatrixScalar {
  public static var scalarType: ScalarType { .float64 }
}
