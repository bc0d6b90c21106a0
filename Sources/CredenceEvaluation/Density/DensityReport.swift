public import CredenceCalibration
import Foundation

/// What one run of an evaluation found.
public struct DensityRun: Sendable {
  /// Metrics against one set of outliers.
  public struct Outliers: Sendable {
    public var name: String
    public var sampleCount: Int
    /// By the published names and those that were added.
    public var values: [String: Double] = [:]
    /// The doubts about the outliers by score, as figures show them.
    public var doubts: [String: [Double]] = [:]

    public init(name: String, sampleCount: Int) {
      self.name = name
      self.sampleCount = sampleCount
    }
  }

  /// Test samples that belong together.
  public struct Part: Hashable, Sendable {
    public var name: String
    public var samples: Range<Int>

    public init(name: String, samples: Range<Int>) {
      self.name = name
      self.samples = samples
    }
  }

  /// From 1.
  public var number: Int
  /// Of each network.
  public var temperatures: [Double]
  /// What was added to the covariances' diagonals at most, and the greatest weight of the identity.
  public var jitter = 0.0
  public var shrinkage = 0.0
  public var outliers: [Outliers] = []
  /// Named parts of the test samples, such as clean and ambiguous images.
  public var inlierParts: [Part] = []
  /// The doubts about the test samples by score.
  public var inlierDoubts: [String: [Double]] = [:]
  public var warnings: [String] = []
  /// What the published program prints about the temperatures; empty without its compatibility.
  public var printedLines: [String] = []
  /// Why the run has no values; empty where it has.
  public var failure = ""

  public init(number: Int, temperatures: [Double] = []) {
    self.number = number
    self.temperatures = temperatures
  }

  /// A run that could not be measured.
  public init(number: Int, failure: String) {
    self.init(number: number)
    self.failure = failure
  }
}

/// What an evaluation over several runs found.
public struct DensityReport: Sendable {
  /// The version of the JSON form.
  public static let schema = "credence.density-evaluation/1"

  /// The arguments of the command, by their published names.
  public var information: [String: SettingValue]
  /// The checkpoints' name with the first seed, such as `wide_resnet_sn_3.0_mod_1`.
  public var name: String
  public var modelType: DensityEvaluation.ModelType
  public var dataset: String
  public var runs: [DensityRun]
  public var warnings: [String]

  public init(
    information: [String: SettingValue], name: String, modelType: DensityEvaluation.ModelType,
    dataset: String, runs: [DensityRun], warnings: [String] = []
  ) {
    self.information = information
    self.name = name
    self.modelType = modelType
    self.dataset = dataset
    self.runs = runs
    self.warnings = warnings
  }

  /// The published keys in their order, then those that were added.
  public static let publishedKeys = [
    "accuracy", "ece", "m1_auroc", "m1_auprc", "m2_auroc", "m2_auprc", "t_ece", "t_m1_auroc",
    "t_m1_auprc", "t_m2_auroc", "t_m2_auprc",
  ]

  /// The sets of outliers in the order of the command.
  public var outlierNames: [String] {
    runs.first { $0.failure.isEmpty }?.outliers.map(\.name) ?? []
  }

  /// Mean and standard error over the runs that have values.
  public struct Summary: Sendable, Hashable {
    public var values: [Double]
    public var mean: Double
    /// The unbiased deviation over √runs; `nil` for a single run.
    public var standardError: Double?

    public init(_ values: [Double]) {
      self.values = values
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      if values.count > 1 {
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardError = (sum / (count - 1) / count).squareRoot()
      }
    }
  }

  /// The summaries by key against one set of outliers; empty where no run has values.
  public func summaries(of outliers: String) -> [String: Summary] {
    var lists: [String: [Double]] = [:]
    for run in runs {
      for result in run.outliers where result.name == outliers {
        for (key, value) in result.values { lists[key, default: []].append(value) }
      }
    }
    return lists.mapValues { Summary($0) }
  }

  /// The published name of the file for one set of outliers.
  public func fileName(of outliers: String) -> String {
    "res_\(name)_\(modelType.rawValue)_\(dataset)_\(outliers).json".replacing("/", with: "-")
  }
}
