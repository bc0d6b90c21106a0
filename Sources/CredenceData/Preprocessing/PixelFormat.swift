/// How the pixels of a batch are stored: rows from the top, a pixel's channels side by side.
public enum PixelFormat: String, Codable, Hashable, Sendable, CaseIterable {
  /// Bytes from 0 to 255, before normalization.
  case uint8
  /// (*x* / 255 − mean) / std in single precision, each step rounded as PyTorch does.
  case float32

  /// Bytes of one number.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .float32: 4
    }
  }
}
