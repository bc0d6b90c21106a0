/// The format of one entry of a tensor.
public enum ElementType: String, CaseIterable, Codable, Hashable, Sendable {
  case uint8
  case int8
  case int16
  case int32
  case int64
  case float16
  case bfloat16
  case float32
  case float64
  case bool

  /// Bytes.
  public var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether it holds fractions, and so can have gradients.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// LibTorch's number for it.
  var code: Int32 {
    switch self {
    case .uint8: 0
    case .int8: 1
    case .int16: 2
    case .int32: 3
    case .int64: 4
    case .float16: 5
    case .float32: 6
    case .float64: 7
    case .bool: 11
    case .bfloat16: 15
    }
  }

  init?(code: Int32) {
    guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = type
  }
}

/// A Swift number that a tensor can hold.
public protocol TensorElement: Sendable {
  /// The type as a tensor stores it.
  static var elementType: ElementType { get }
  /// The value that fresh memory is filled with.
  static var zero: Self { get }
}

extension UInt8: TensorElement { public static var elementType: ElementType { .uint8 } }
extension Int32: TensorElement { public static var elementType: ElementType { .int32 } }
extension Int64: TensorElement { public static var elementType: ElementType { .int64 } }
extension Float: TensorElement { public static var elementType: ElementType { .float32 } }
extension Double: TensorElement { public static var elementType: ElementType { .float64 } }
