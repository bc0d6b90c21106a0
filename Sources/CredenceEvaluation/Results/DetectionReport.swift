public import CredenceMetrics

/// What `credence detect` found: how well each method tells a data set's samples from those of others.
public struct DetectionReport: Codable, Hashable, Sendable {
  /// The version of the JSON form.
  public static let schemaName = "credence.detect/1"

  /// `credence.detect/1`.
  public var schema: String
  /// The network that made the predictions; empty where unknown.
  public var model: String
  /// Every file that was read, in the order of their roles.
  public var inputs: [DetectionInput]
  /// The methods, in the order in which they are shown.
  public var methods: [DetectedMethod]
  /// One row per method and outlier set that has values.
  public var entries: [DetectionEntry]
  /// Means over the sets of each group, one row per method and group: the dataset is the group's name, the split `mean`.
  public var groupRows: [ResultRow]
  public var columns: [MetricColumn]
  public var warnings: [String]
  /// The in-distribution sets as ‘credence score’ measures them, in its rows; `nil` where they were not scored.
  public var scores: InDistributionScores?

  public init(
    model: String, inputs: [DetectionInput], methods: [DetectedMethod], entries: [DetectionEntry],
    groupRows: [ResultRow], columns: [MetricColumn], warnings: [String] = [],
    scores: InDistributionScores? = nil
  ) {
    self.schema = Self.schemaName
    self.model = model
    self.inputs = inputs
    self.methods = methods
    self.entries = entries
    self.groupRows = groupRows
    self.columns = columns
    self.warnings = warnings
    self.scores = scores
  }
}

/// How far a network's predictions on the known classes can be trusted, beside what detects outliers.
public struct InDistributionScores: Codable, Hashable, Sendable {
  /// One per set, confidence function and rescaling, with the rows of `credence.score/1`.
  public var entries: [ScoreEntry]
  public var columns: [MetricColumn]
  public var warnings: [String]

  public init(entries: [ScoreEntry], columns: [MetricColumn], warnings: [String] = []) {
    self.entries = entries
    self.columns = columns
    self.warnings = warnings
  }

  /// The same as a report of its own.
  public var report: ScoreReport {
    ScoreReport(entries: entries, warnings: warnings, columns: columns)
  }
}

/// A file of predictions and what it is used as.
public struct DetectionInput: Codable, Hashable, Sendable {
  /// What a set is used as.
  public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
    /// The known distribution: what must not be called an outlier.
    case inDistribution = "in-distribution"
    /// The known classes under other conditions; in full-spectrum detection these are inliers as well.
    case covariateShifted = "covariate-shifted"
    case training
    case validation
    case validationOutliers = "validation-outliers"
    case outliers
  }

  public var role: Role
  /// The data set's name, unique among the outlier sets.
  public var name: String
  public var file: String
  /// `near`, `far`, or another group of outlier sets; empty for other roles.
  public var group: String
  public var samples: Int
  /// The share of right predictions; `nil` without labels, and for outliers.
  public var accuracy: Double?

  public init(
    role: Role, name: String, file: String, group: String = "", samples: Int,
    accuracy: Double? = nil
  ) {
    self.role = role
    self.name = name
    self.file = file
    self.group = group
    self.samples = samples
    self.accuracy = accuracy
  }
}

/// A detection method with the parameters that were used.
public struct DetectedMethod: Codable, Hashable, Sendable, Identifiable {
  public var id: String
  public var title: String
  /// The paper.
  public var source: String
  public var parameters: [String: Double]
  /// The AUROC on the validation sets by which the parameters were chosen; `nil` where nothing was chosen.
  public var validationAUROC: Double?
  /// How many settings were tried on the validation sets.
  public var candidateCount: Int
  /// Why there are no results; empty where there are.
  public var unavailable: String

  public init(
    id: String, title: String, source: String, parameters: [String: Double],
    validationAUROC: Double? = nil, candidateCount: Int = 1, unavailable: String = ""
  ) {
    self.id = id
    self.title = title
    self.source = source
    self.parameters = parameters
    self.validationAUROC = validationAUROC
    self.candidateCount = candidateCount
    self.unavailable = unavailable
  }
}

/// One method on one outlier set, with the curves behind the numbers.
public struct DetectionEntry: Codable, Hashable, Sendable {
  /// The metrics; `dataset` is the outlier set, `split` its group, `confidence` the method.
  public var row: ResultRow
  /// Receiver operating characteristic; positive = in-distribution.
  public var roc: [ROCPoint]
  /// Confidences, minus the uncertainties: `correct` counts inliers, `wrong` outliers.
  public var histogram: [HistogramBin]

  public init(row: ResultRow, roc: [ROCPoint], histogram: [HistogramBin]) {
    self.row = row
    self.roc = roc
    self.histogram = histogram
  }
}
