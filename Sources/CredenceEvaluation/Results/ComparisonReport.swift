/// What `credence compare` found about models on the same samples.
public struct ComparisonReport: Codable, Hashable, Sendable {
  /// `credence.compare/1`, the version of this form.
  public var schema: String
  public var samples: Int
  /// `sample-id` or `row`: how samples were matched.
  public var matching: String
  public var models: [ComparedModel]
  public var pairs: [PairwiseComparison]
  public var rankings: [RankDiagram]
  public var classes: [ClassComparison]
  public var disagreements: [Disagreement]
  public var columns: [MetricColumn]
  public var warnings: [String]

  public init(
    samples: Int, matching: String, models: [ComparedModel], pairs: [PairwiseComparison],
    rankings: [RankDiagram], classes: [ClassComparison], disagreements: [Disagreement],
    columns: [MetricColumn], warnings: [String]
  ) {
    self.schema = "credence.compare/1"
    self.samples = samples
    self.matching = matching
    self.models = models
    self.pairs = pairs
    self.rankings = rankings
    self.classes = classes
    self.disagreements = disagreements
    self.columns = columns
    self.warnings = warnings
  }
}

/// One model of a comparison.
public struct ComparedModel: Codable, Hashable, Sendable {
  /// Unique within the report.
  public var model: String
  public var file: String
  public var metrics: [String: Double]
  public var intervals: [String: [Double]]
  public var unavailable: [String: String]
  /// 1 is best; equal values share the mean of their ranks.
  public var ranks: [String: Double]

  public init(
    model: String, file: String, metrics: [String: Double], intervals: [String: [Double]],
    unavailable: [String: String], ranks: [String: Double]
  ) {
    self.model = model
    self.file = file
    self.metrics = metrics
    self.intervals = intervals
    self.unavailable = unavailable
    self.ranks = ranks
  }
}

/// The difference of two models in one metric.
public struct PairwiseComparison: Codable, Hashable, Sendable {
  public var metric: String
  public var first: String
  public var second: String
  /// First minus second.
  public var difference: Double
  /// Paired bootstrap interval of the difference, `[low, high]`.
  public var interval: [Double]
  /// `mcnemar`, `delong` or `bootstrap`.
  public var test: String
  /// Two-sided, of the hypothesis of no difference.
  public var pValue: Double
  /// After Holm's correction over all pairs of the same metric.
  public var adjustedPValue: Double

  public init(
    metric: String, first: String, second: String, difference: Double, interval: [Double],
    test: String, pValue: Double, adjustedPValue: Double
  ) {
    self.metric = metric
    self.first = first
    self.second = second
    self.difference = difference
    self.interval = interval
    self.test = test
    self.pValue = pValue
    self.adjustedPValue = adjustedPValue
  }
}

/// A critical-difference picture: models on an axis of ranks, joined where they can't be told apart.
public struct RankDiagram: Codable, Hashable, Sendable {
  public var metric: String
  /// Models from best to worst.
  public var models: [String]
  /// The mean rank of each over the bootstrap resamples.
  public var meanRanks: [Double]
  /// Maximal runs of models no pair of which differs at the level after Holm's correction.
  public var cliques: [[String]]
  /// The level, such as 0.05.
  public var significance: Double

  public init(
    metric: String, models: [String], meanRanks: [Double], cliques: [[String]],
    significance: Double
  ) {
    self.metric = metric
    self.models = models
    self.meanRanks = meanRanks
    self.cliques = cliques
    self.significance = significance
  }
}

/// How two models fare on one class.
public struct ClassComparison: Codable, Hashable, Sendable {
  public var index: Int
  public var name: String
  public var first: String
  public var second: String
  public var samples: Int
  /// Samples that only the first model gets right.
  public var wins: Int
  /// Samples that only the second model gets right.
  public var losses: Int

  public init(
    index: Int, name: String, first: String, second: String, samples: Int, wins: Int, losses: Int
  ) {
    self.index = index
    self.name = name
    self.first = first
    self.second = second
    self.samples = samples
    self.wins = wins
    self.losses = losses
  }
}

/// A sample on which two models confidently say different things.
public struct Disagreement: Codable, Hashable, Sendable {
  public var row: Int
  /// The sample's name; empty where unknown.
  public var sampleID: String
  public var label: Int
  public var first: String
  public var firstPrediction: Int
  public var firstConfidence: Double
  public var second: String
  public var secondPrediction: Int
  public var secondConfidence: Double

  public init(
    row: Int, sampleID: String, label: Int, first: String, firstPrediction: Int,
    firstConfidence: Double, second: String, secondPrediction: Int, secondConfidence: Double
  ) {
    self.row = row
    self.sampleID = sampleID
    self.label = label
    self.first = first
    self.firstPrediction = firstPrediction
    self.firstConfidence = firstConfidence
    self.second = second
    self.secondPrediction = secondPrediction
    self.secondConfidence = secondConfidence
  }
}
