import CredenceFiles
public import Foundation

/// Points of two interleaved half circles, with noise: the picture on which densities are shown.
///
/// The same seed gives the points of scikit-learn's `make_moons`.
public struct TwoMoons: Hashable, Sendable {
  /// Coordinates, `[points, 2]`.
  public let points: [Double]
  /// 0 for the upper half circle, 1 for the lower one.
  public let labels: [Int]

  /// The number of points.
  public var count: Int { labels.count }

  /// Draws points; the defaults are those of the published figure.
  ///
  /// - Parameters:
  ///   - count: At least 2; an odd one is of the lower half circle.
  ///   - noise: The standard deviation of what is added to each coordinate, 0 or more.
  ///   - seed: Of the order and the noise.
  /// - Throws: `DatasetError.badSetting`.
  public init(count: Int = 2000, noise: Double = 0.1, seed: UInt32 = 0) throws(DatasetError) {
    guard 2...100_000_000 ~= count else {
      throw .badSetting(name: "The number of points", value: "\(count)", allowed: "2 or more")
    }
    guard noise >= 0, noise.isFinite else {
      throw .badSetting(name: "The noise", value: "\(noise)", allowed: "0 or more")
    }
    let upperCount = count / 2
    func angle(_ index: Int, of total: Int) -> Double {
      // The end is exact, as NumPy's linspace has it.
      index > 0 && index == total - 1 ? .pi : Double(index) * (.pi / Double(max(1, total - 1)))
    }
    var random = NumPyRandom(seed: seed)
    var order = Array(0..<count)
    random.shuffle(&order)
    var points: [Double] = []
    points.reserveCapacity(2 * count)
    for index in order {
      if index < upperCount {
        let angle = angle(index, of: upperCount)
        points += [cos(angle), sin(angle)]
      } else {
        let angle = angle(index - upperCount, of: count - upperCount)
        points += [1 - cos(angle), 1 - sin(angle) - 0.5]
      }
    }
    if noise > 0 { for index in points.indices { points[index] += noise * random.normal() } }
    self.points = points
    labels = order.map { $0 < upperCount ? 0 : 1 }
  }

  /// Writes a NumPy archive of `points` (float64 `[points, 2]`) and `labels` (int64).
  ///
  /// - Throws: `FileError.unwritable`.
  public func write(to url: URL) throws {
    try NPZWriter.write(
      [
        OutgoingArray("points", points.map(\.bitPattern), element: .float64, shape: [count, 2]),
        OutgoingArray("labels", labels.map { Int64($0) }, element: .int64),
      ], to: url)
  }
}
