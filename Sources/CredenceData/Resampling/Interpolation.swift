import Foundation

/// How an image gets another size; the filters are Pillow's.
///
/// All but `nearest` widen their filter when an image shrinks, so that nothing is skipped (antialiasing).
public enum Interpolation: String, Codable, Hashable, Sendable, CaseIterable {
  case nearest
  case box
  case bilinear
  case hamming
  /// Keys' cubic with *a* = −0.5.
  case bicubic
  /// A sinc windowed by a sinc of three lobes.
  case lanczos

  /// How far the filter reaches to each side, in output pixels; `nil` where a single pixel is taken.
  var support: Double? {
    switch self {
    case .nearest: nil
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The filter's value at a distance from its center.
  func weight(at position: Double) -> Double {
    let x = abs(position)
    switch self {
    case .nearest, .box: return position > -0.5 && position <= 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .hamming:
      if x == 0 { return 1 }
      if x >= 1 { return 0 }
      // The window's constants are single precision in Pillow.
      let angle = x * .pi
      return sin(angle) / angle * (Double(0.54 as Float) + Double(0.46 as Float) * cos(angle))
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
      return 0
    case .lanczos:
      return position >= -3 && position < 3 ? Self.sinc(position) * Self.sinc(position / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * .pi
    return sin(angle) / angle
  }
}
