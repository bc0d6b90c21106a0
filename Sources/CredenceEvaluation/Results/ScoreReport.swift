public import CredenceMetrics

/// What `credence score` found: rows, and the curves behind them.
public struct ScoreReport: Sendable {
  /// The version of the rows' JSON form.
  public static let schema = "credence.score/1"

  public var entries: [ScoreEntry]
  /// What the reader should know: rows without label, a temperature at its bound, and the like.
  public var warnings: [String]
  /// The metrics in the order in which they are shown.
  public var columns: [MetricColumn]
  /// Results on corrupted images, one per corruption tree.
  public var shifts: [ShiftReport]

  public init(
    entries: [ScoreEntry], warnings: [String] = [], columns: [MetricColumn],
    shifts: [ShiftReport] = []
  ) {
    self.entries = entries
    self.warnings = warnings
    self.columns = columns
    self.shifts = shifts
  }
}

/// One row with the curves and tables that explain it.
public struct ScoreEntry: Codable, Hashable, Sendable {
  public var row: ResultRow
  public var diagnostics: Diagnostics

  public init(row: ResultRow, diagnostics: Diagnostics) {
    self.row = row
    self.diagnostics = diagnostics
  }
}

/// What a table needs to know of a metric.
public struct MetricColumn: Codable, Hashable, Sendable, Identifiable {
  public var id: String
  public var title: String
  public var direction: Direction
  public var definition: String
  public var source: String

  public init(
    id: String, title: String, direction: Direction, definition: String, source: String
  ) {
    self.id = id
    self.title = title
    self.direction = direction
    self.definition = definition
    self.source = source
  }
}

/// Curves and tables of one row, small enough to draw.
public struct Diagnostics: Codable, Hashable, Sendable {
  /// From low to high coverage; at most a few hundred points of the stepwise curve.
  public var riskCoverage: [RiskCoveragePoint] = []
  /// The same for the best possible order of the same predictions.
  public var oracle: [RiskCoveragePoint] = []
  /// Receiver operating characteristic; positive = correct.
  public var roc: [ROCPoint] = []
  /// Empty where confidences are not probabilities.
  public var reliability: [ReliabilityBin] = []
  /// Confidences of right and wrong predictions.
  public var histogram: [HistogramBin] = []
  /// One row per class that occurs; empty where labels are unknown.
  public var classes: [ClassRow] = []

  public init() {}
}

/// A point of a risk–coverage curve.
public typealias RiskCoveragePoint = RiskCoverageCurve.Point
/// A point of a ROC curve.
public typealias ROCPoint = ROCCurve.Point
/// A bin of the confidence histogram.
public typealias HistogramBin = ConfidenceHistogram.Bin

/// A bin of a reliability diagram; left-open, right-closed.
public struct ReliabilityBin: Codable, Hashable, Sendable {
  public var lower: Double
  public var upper: Double
  public var count: Int
  public var meanConfidence: Double
  public var accuracy: Double
  /// Bootstrap interval of the accuracy, `[low, high]`.
  public var accuracyInterval: [Double]

  public init(
    lower: Double, upper: Double, count: Int, meanConfidence: Double, accuracy: Double,
    accuracyInterval: [Double]
  ) {
    self.lower = lower
    self.upper = upper
    self.count = count
    self.meanConfidence = meanConfidence
    self.accuracy = accuracy
    self.accuracyInterval = accuracyInterval
  }
}

/// How one true class fares.
public struct ClassRow: Codable, Hashable, Sendable {
  public var index: Int
  /// The class's name, or its index where names are unknown.
  public var name: String
  public var samples: Int
  public var accuracy: Double
  public var meanConfidence: Double
  /// Mean confidence − accuracy over the samples of this class.
  public var gap: Double

  public init(
    index: Int, name: String, samples: Int, accuracy: Double, meanConfidence: Double, gap: Double
  ) {
    self.index = index
    self.name = name
    self.samples = samples
    self.accuracy = accuracy
    self.meanConfidence = meanConfidence
    self.gap = gap
  }
}
