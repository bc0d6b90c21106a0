import CredenceCalibration

/// A straight line through points, with the published band around it.
///
/// Abscissas are taken from their mean. With n points, mean squared residual m, sum of squared abscissas S and the 0.95 quantile t of
/// Student's distribution with n − 2 degrees of freedom, the half-width of the slope is t √(m / S) and that of the intercept t √(m / n).
///
/// The published program takes m and S over all points even where it fits a part of them. Here they are those of the points that are
/// fitted; without a split the two are the same.
public struct ErrorFigureFit: Hashable, Sendable {
  /// Which points were fitted; empty where all of a group.
  public let subject: String
  public let count: Int
  public let meanX: Double
  public let slope: Double
  /// The line's height at the mean abscissa.
  public let intercept: Double
  public let slopeHalfWidth: Double
  public let interceptHalfWidth: Double

  /// Where the published program prints the band.
  public static let publishedPositions = [80.0, 90, 95, 98]

  /// Fits by least squares; points with an undefined value are left out.
  ///
  /// - Throws: `ErrorFigureError.unfittable` for fewer than three points, or only one abscissa.
  public init(x: [Double], y: [Double], subject: String = "") throws(ErrorFigureError) {
    let points = zip(x, y).filter { $0.isFinite && $1.isFinite }
    let count = Double(points.count)
    guard points.count >= 3 else {
      throw .unfittable("there are \(points.count) points with both values")
    }
    let meanX = points.reduce(0) { $0 + $1.0 } / count
    let meanY = points.reduce(0) { $0 + $1.1 } / count
    let squares = points.reduce(0) { $0 + ($1.0 - meanX) * ($1.0 - meanX) }
    guard squares > 0 else { throw .unfittable("all points have the same abscissa") }
    let slope = points.reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / squares
    let residuals = points.reduce(0) { sum, point in
      let residual = point.1 - meanY - slope * (point.0 - meanX)
      return sum + residual * residual
    }
    let error = residuals / count
    let quantile = Self.studentQuantile(degrees: count - 2)
    self.subject = subject
    self.count = points.count
    self.meanX = meanX
    self.slope = slope
    intercept = meanY
    slopeHalfWidth = quantile * (error / squares).squareRoot()
    interceptHalfWidth = quantile * (error / count).squareRoot()
  }

  /// The line's height.
  public func value(at x: Double) -> Double { intercept + slope * (x - meanX) }

  /// The band: the least and greatest slope, and the least and greatest intercept.
  public func band(at x: Double) -> ClosedRange<Double> {
    let distance = x - meanX
    let ends = [(slope - slopeHalfWidth) * distance, (slope + slopeHalfWidth) * distance]
    return intercept + min(ends[0], ends[1]) - interceptHalfWidth...intercept
      + max(ends[0], ends[1]) + interceptHalfWidth
  }

  /// The value below which Student's distribution has 95 % of its probability.
  ///
  /// Above t, two-sided, lies the probability of a beta variable of ν/2 and ½ below ν / (ν + t²).
  static func studentQuantile(degrees: Double) -> Double {
    guard let beta = try? BetaDistribution(alpha: degrees / 2, beta: 0.5) else { return .nan }
    let x = beta.quantile(0.1)
    return (degrees * (1 - x) / x).squareRoot()
  }
}

extension ErrorFigure {
  /// How points are split before lines are fitted.
  public enum FitSplit: Hashable, Sendable {
    /// One line for each group.
    case none
    /// A line left of an abscissa, itself included, and one right of it.
    case inflection(Double)
    /// A line for each value of a column of text, in the order of the values' names.
    case column(String)
  }

  /// The lines of one series, those that can't be fitted with their reasons.
  ///
  /// - Parameters:
  ///   - series: The points.
  ///   - statistics: The models, for a split by a column.
  ///   - split: The parts.
  /// - Returns: A line for each part with enough points.
  /// - Throws: `ErrorFigureError.unfittable` where no part has, `unknownColumn`.
  public func fits(
    _ series: Series, _ statistics: ErrorStatistics, split: FitSplit
  ) throws(ErrorFigureError) -> [ErrorFigureFit] {
    var parts: [(subject: String, rows: [Int])] = []
    let rows = Array(series.x.indices)
    switch split {
    case .none: return [try ErrorFigureFit(x: series.x, y: series.y)]
    case .inflection(let x):
      parts = [
        ("up to \(NumberText.short(x))", rows.filter { series.x[$0] <= x }),
        ("above \(NumberText.short(x))", rows.filter { series.x[$0] > x }),
      ]
    case .column(let column):
      let texts = try statistics.texts(column)
      parts = MarkerColumn.order(of: Set(texts), column: column).map { value in
        (value, rows.filter { texts[$0] == value })
      }
    }
    let fits = parts.compactMap { part in
      try? ErrorFigureFit(
        x: part.rows.map { series.x[$0] }, y: part.rows.map { series.y[$0] },
        subject: part.subject)
    }
    guard !fits.isEmpty else { throw .unfittable("no part has three points") }
    return fits
  }
}
