import CredenceErrorAnalysis
import Foundation

/// The published color maps of the groups: the logarithm of a size, over the range that the groups have in common.
struct ErrorFigureColors {
  /// Equally spaced colors from the least to the greatest value.
  static func stops(of group: ClassGroup) -> [String] {
    switch group {
    case .organism:
      [
        "#a5cd90", "#7dba91", "#59a590", "#40908e", "#287a8c", "#1c6488", "#254b7f", "#2c3172",
      ]
    case .artifact:
      [
        "#edb081", "#e98d6b", "#e3685c", "#d14a61", "#b13c6c", "#8f3371", "#6c2b6d", "#4b2362",
      ]
    case .other: ["#20242c", "#435a89", "#6699dd"]
    case .all: ["#2a2221", "#925149", "#fa8072"]
    }
  }

  /// For models whose size is not known.
  static let unknown = "#8a8a8a"

  /// The columns that colors can show.
  static let columns = ["training_data_size", "num_params"]

  let lower: Double
  let upper: Double
  /// Whether any value says how large a model or its training data is.
  let isKnown: Bool

  /// The common range of values; those that are not positive are left out.
  init(_ values: [Double]) {
    let known = values.filter { $0.isFinite && $0 > 0 }
    isKnown = !known.isEmpty
    lower = known.min() ?? 1
    upper = known.max() ?? 1
  }

  /// The color of a value in a group.
  func color(_ value: Double, of group: ClassGroup) -> String {
    guard value.isFinite, value > 0 else { return Self.unknown }
    let share = upper > lower ? log(value / lower) / log(upper / lower) : 0.5
    let stops = Self.stops(of: group)
    let place = min(max(share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return Self.mix(stops[index], stops[index + 1], place - Double(index))
  }

  private static func mix(_ a: String, _ b: String, _ share: Double) -> String {
    func channels(_ color: String) -> [Double] {
      let number = Int(color.dropFirst(), radix: 16) ?? 0
      return [number >> 16, number >> 8 & 255, number & 255].map(Double.init)
    }
    return "#"
      + zip(channels(a), channels(b)).map { a, b in
        String(format: "%02x", Int((a + (b - a) * share).rounded()))
      }.joined()
  }
}
