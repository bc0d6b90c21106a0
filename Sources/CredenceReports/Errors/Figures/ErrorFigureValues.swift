public import CredenceErrorAnalysis

extension ErrorFigure {
  /// The points of one group of classes: one for each model.
  public struct Series: Hashable, Sendable {
    public let group: ClassGroup
    /// NaN where a value is not defined.
    public let x: [Double]
    /// NaN where a share has no whole.
    public let y: [Double]
  }

  /// The points of every group of the figure.
  ///
  /// - Parameter statistics: The counts.
  /// - Returns: Series in the order of `groups`, as long as there are models.
  /// - Throws: `ErrorFigureError` for a column or group that the statistics lack.
  public func series(_ statistics: ErrorStatistics) throws(ErrorFigureError) -> [Series] {
    var result: [Series] = []
    for group in groups {
      result.append(
        Series(
          group: group, x: try statistics.numbers(x.column, of: group),
          y: try values(statistics, of: group)))
    }
    return result
  }

  private func values(
    _ statistics: ErrorStatistics, of group: ClassGroup
  ) throws(ErrorFigureError) -> [Double] {
    let counts = try statistics.numbers(y.column, of: group)
    guard let wholes = try wholes(statistics, of: group) else { return counts }
    let scale = isPercent ? 100.0 : 1
    return zip(counts, wholes).map { $1 > 0 ? scale * $0 / $1 : .nan }
  }

  /// What counts are divided by.
  private func wholes(
    _ statistics: ErrorStatistics, of group: ClassGroup
  ) throws(ErrorFigureError) -> [Double]? {
    switch computation {
    case .absolute: return nil
    case .groupTop1Errors: return try statistics.numbers("num_group_top1_errors", of: group)
    case .allTop1Errors: return try statistics.numbers("num_group_top1_errors", of: .all)
    case .groupSamples: return try statistics.numbers("num_group_samples", of: group)
    case .groupMultiLabelErrors: return try Self.multiLabelErrors(statistics, of: group)
    case .allMultiLabelErrors: return try Self.multiLabelErrors(statistics, of: .all)
    }
  }

  /// Mistakes that are wrong under every label.
  private static func multiLabelErrors(
    _ statistics: ErrorStatistics, of group: ClassGroup
  ) throws(ErrorFigureError) -> [Double] {
    let errors = try statistics.numbers("num_group_top1_errors", of: group)
    let overlaps = try statistics.numbers("num_collapsed_mappings", of: group)
    let others = try statistics.numbers("num_ambiguous", of: group)
    return errors.indices.map { errors[$0] - overlaps[$0] - others[$0] }
  }
}
