/// The number format of a stored matrix.
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

  /// How far the sum of a row of probabilities may lie from 1: rounding of each entry adds up.
  public var probabilitySumTolerance: Double {
    switch self {
    case .float64, .float32: 1e-3
    case .float16: 5e-3
    case .bfloat16: 1e-2
    }
  }
}
