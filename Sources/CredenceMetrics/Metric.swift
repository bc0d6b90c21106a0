/// A number that tells how well a classifier's uncertainty works.
public protocol Metric<Input>: Sendable {
  /// What it is computed from: `ScoredOutcomes` or `ProbabilisticOutcomes`.
  associatedtype Input

  /// The metric's value.
  ///
  /// - Throws: `MetricError` where the value is undefined; undefined is not a number.
  func value(for input: Input) throws(MetricError) -> Double
}

/// Which end of a metric's scale is the good one.
public enum Direction: String, Codable, Hashable, Sendable {
  case higherIsBetter
  case lowerIsBetter
}

/// When a metric is computed without being asked for.
public enum MetricCost: String, Codable, Hashable, Sendable, Comparable {
  /// Its value and its bootstrap interval, by default.
  case cheap
  /// Its value by default, its interval on request.
  case costlyInterval
  /// On request only.
  case onRequest

  public static func < (a: Self, b: Self) -> Bool {
    let order: [Self] = [.cheap, .costlyInterval, .onRequest]
    return (order.firstIndex(of: a) ?? 0) < (order.firstIndex(of: b) ?? 0)
  }
}

/// What the rest of the system needs to know of a metric.
public struct MetricDescriptor<Input>: Identifiable, Sendable {
  /// The command-line name and the report column, such as `sac_0.99`.
  public let id: String
  public let title: String
  /// The conventions in one line: bins, ties, who is positive.
  public let definition: String
  public let direction: Direction
  /// The paper.
  public let source: String
  public let cost: MetricCost
  public let make: @Sendable () -> any Metric<Input>

  public init(
    id: String, title: String, definition: String, direction: Direction, source: String,
    cost: MetricCost = .cheap, make: @escaping @Sendable () -> any Metric<Input>
  ) {
    self.id = id
    self.title = title
    self.definition = definition
    self.direction = direction
    self.source = source
    self.cost = cost
    self.make = make
  }
}

/// The settings of metrics that have some; the defaults are those of `credence score`.
public struct MetricSettings: Codable, Hashable, Sendable {
  /// Bins of the calibration errors.
  public var binCount = 15
  /// Selective accuracies at which coverage is reported (SAC).
  public var accuracies = [0.90, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995]
  /// Fewest accepted samples that count for SAC.
  public var sacMinimumCount = 0
  public var sacRule = SACRule.largestCoverage
  /// Coverages at which selective risk is reported.
  public var coverages = [0.8, 0.9]
  /// Risks at which coverage is reported.
  public var risks: [Double] = []

  public init() {}
}

/// Which of the coverages that satisfy the accuracy constraint SAC reports.
public enum SACRule: String, Codable, Hashable, Sendable, CaseIterable {
  /// The largest one, as the paper defines it.
  case largestCoverage = "largest-coverage"
  /// The last one before the constraint is first violated, the conservative reading.
  case firstViolation = "first-violation"
}
