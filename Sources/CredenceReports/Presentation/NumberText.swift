import Foundation

/// Numbers as people read them; files hold them in full.
enum NumberText {
  /// A fraction in per cent with two decimals: `76.13 %`.
  static func percent(_ fraction: Double) -> String { hundredths(fraction) + " %" }

  /// A fraction in per cent, without the sign; four decimals below 0.01 %.
  static func hundredths(_ fraction: Double) -> String {
    let decimals = fraction != 0 && abs(fraction) < 1e-4 ? 4 : 2
    return fixed(100 * fraction, decimals)
  }

  /// A number with a given count of decimals; very large and very small ones with a power of ten.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    let magnitude = abs(value)
    if magnitude >= 1e7 || (magnitude != 0 && magnitude < pow(10, -Double(decimals))) {
      return String(format: "%.2e", value)
    }
    return String(format: "%.\(decimals)f", value)
  }

  /// A fraction named by the user, with no more digits than it has: `99 %`, `99.5 %`.
  static func shortPercent(_ fraction: Double) -> String {
    let text = String(format: "%.4f", 100 * fraction)
    return trimmed(text) + " %"
  }

  /// A number with at most four significant digits: `1.234`, `0.01`.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, 1) }
    return String(format: "%.4g", value)
  }

  /// A count with its thousands set apart: `50,000`.
  static func count(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// A count and what is counted: `1 sample`, `50,000 samples`.
  static func count(_ value: Int, _ noun: String) -> String {
    count(value) + " " + noun + (value == 1 ? "" : noun.hasSuffix("s") ? "es" : "s")
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = Substring(text)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return String(text)
  }
}
