/// Chooses at most so many of the points of a curve, evenly along its length, the first and the last among them.
struct CurveThinning {
  private let length: Int
  /// The length of limit − 1 equal parts, each of which keeps its first point; the last point comes on top.
  private let spacing: Double
  private var next = 0.0

  /// Prepares a choice.
  ///
  /// - Parameters:
  ///   - length: The position of the last point; positions are integers that do not fall.
  ///   - limit: The most points to keep, at least 2.
  init(length: Int, limit: Int) {
    precondition(limit >= 2)
    self.length = length
    spacing = Double(length) / Double(limit - 1)
  }

  /// Whether the point at a position is kept.
  mutating func keeps(_ position: Int) -> Bool {
    if position == length { return true }
    guard Double(position) >= next else { return false }
    next = ((Double(position) / spacing).rounded(.down) + 1) * spacing
    return true
  }
}
