import CredenceFiles
import Foundation

/// A published benchmark of outlier detection: which data sets are inliers and which are outliers of which group.
///
/// Benchmarks are JSON files; those that come with the program lie in `Resources/Presets`.
public struct DetectionPreset: Codable, Hashable, Sendable, Identifiable {
  /// A data set under the names that its files may have.
  public struct DataSet: Codable, Hashable, Sendable {
    /// The name in reports.
    public var name: String
    public var aliases: [String]
    /// The part that is used; empty where it does not matter.
    public var split: String
    /// The image list, relative to the benchmark's data folder; empty where the whole part is used.
    public var list: String
    /// The folder of the list's images, relative to the same.
    public var root: String

    public init(
      _ name: String, aliases: [String] = [], split: String = "", list: String = "",
      root: String = ""
    ) {
      self.name = name
      self.aliases = aliases
      self.split = split
      self.list = list
      self.root = root
    }
  }

  /// Outlier sets whose results are averaged.
  public struct Group: Codable, Hashable, Sendable {
    public var name: String
    public var datasets: [DataSet]

    public init(_ name: String, _ datasets: [DataSet]) {
      self.name = name
      self.datasets = datasets
    }
  }

  /// Such as `openood/cifar10`.
  public var id: String
  public var title: String
  /// The paper.
  public var source: String
  /// What a user should know of its sets.
  public var note: String
  public var inDistribution: DataSet
  /// Without a name where methods get no training set; so are the two of the validation.
  public var training: DataSet
  public var validation: DataSet
  public var validationOutliers: DataSet
  /// The known classes under other conditions, inliers as well.
  public var covariateShifted: [DataSet]
  public var groups: [Group]

  /// A benchmark of one's own.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - inDistribution: What must not be called an outlier.
  ///   - groups: The outliers.
  public init(id: String, inDistribution: DataSet, groups: [Group]) {
    self.id = id
    title = ""
    source = ""
    note = ""
    self.inDistribution = inDistribution
    training = DataSet("")
    validation = DataSet("")
    validationOutliers = DataSet("")
    covariateShifted = []
    self.groups = groups
  }

  /// The benchmarks that come with the program, those of OpenOOD v1.5, arXiv:2306.09301; `fs-` are the full-spectrum ones.
  public static let all: [Self] = EmbeddedPresets.texts.compactMap {
    try? Self(json: Data($0.utf8), file: "")
  }

  /// The preset of a name, or of a JSON file of that path.
  ///
  /// - Throws: `EvaluationError.invalidSetting`, `FileError`.
  public static func named(_ id: String) throws -> Self {
    if let known = all.first(where: { $0.id == id }) { return known }
    if FileManager.default.fileExists(atPath: id) {
      return try Self(contentsOf: URL(fileURLWithPath: id))
    }
    let hint = nearestName(to: id, in: all.map(\.id)).map { "; did you mean ‘\($0)’?" } ?? ""
    throw EvaluationError.invalidSetting(
      name: "--preset", value: "‘\(id)’",
      allowed: "\(all.map(\.id).joined(separator: ", ")), or a JSON file\(hint)")
  }
}
