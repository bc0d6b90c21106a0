/// How many mistakes of each kind every model makes, for each group of classes: the published statistics.
///
/// Problematic images are left out. An image belongs to every group that one of its correct labels is in, so that it may count in
/// several.
public struct MistakeStatistics: Codable, Hashable, Sendable {
  /// The schema of the JSON form.
  public static let schema = "credence.errors.statistics/1"

  public var dataset: String
  /// Images that are not problematic.
  public var sampleCount: Int
  public var groups: [Group]
  /// What was left out of the analysis, such as `oov=skipped`; the other kinds then have more mistakes.
  public var marks: [String]
  /// What a reader has to know.
  public var warnings: [String]

  /// The statistics of one group of classes.
  public struct Group: Codable, Hashable, Sendable {
    /// `all`, `organism`, `artifact` or `other`.
    public var name: String
    /// The models in the order of their folders.
    public var rows: [Row]

    public init(name: String, rows: [Row]) {
      self.name = name
      self.rows = rows
    }
  }

  public init(
    dataset: String, sampleCount: Int, groups: [Group], marks: [String] = [],
    warnings: [String] = []
  ) {
    self.dataset = dataset
    self.marks = marks
    self.sampleCount = sampleCount
    self.groups = groups
    self.warnings = warnings
  }

  /// The group of a name.
  public subscript(group: String) -> Group? { groups.first { $0.name == group } }
}

extension MistakeStatistics {
  /// One model's numbers in one group: a line of the published table.
  public struct Row: Codable, Hashable, Sendable {
    /// The model's folder (`model_dir_id`).
    public var model: String
    public var parameterCount: Int
    public var trainingData: String
    public var architecture: String
    public var architectureFamily: String
    public var architectureGroup: String
    public var extraAnnotations: [String]
    /// Top-1 accuracies in per cent by their published keys.
    public var accuracies: [ModelRecord.Accuracy]
    /// The top-1 accuracy on ImageNet in per cent; `nil` where it is not known.
    public var imageNetTop1: Double?
    /// The multi-label accuracy on ImageNet in per cent; `nil` where it is not known.
    public var imageNetMLA: Double?
    /// Images that are not problematic.
    public var allSamples: Int
    /// Those of the group.
    public var groupSamples: Int
    /// Images of the group whose most probable class is the original label.
    public var groupCorrect: Int
    /// Images of all groups whose most probable class is another.
    public var allErrors: Int
    /// Images of the group whose most probable class is another.
    public var groupErrors: Int
    /// Over all images; `nil` where there are none.
    public var mlaAll: MultiLabelAccuracy?
    /// Over the group's images; `nil` where there are none.
    public var mlaGroup: MultiLabelAccuracy?
    /// The mistakes in the group, by kind.
    public var mistakes: MistakeCounts
    /// Mistakes that may also be fine-grained, out of vocabulary: that stage was left out.
    public var undecided: Int
    /// ImageNet-M's images; `nil` where the list is not known.
    public var imageNetM: ImageNetMCounts?
  }

  /// How models fare on the hard images of ImageNet-M.
  public struct ImageNetMCounts: Codable, Hashable, Sendable {
    /// Images on the list.
    public var all: Int
    /// Those of the group that are not problematic.
    public var group: Int
    /// Of these, images whose most probable class is none of the correct labels; overlapping classes don't help here.
    public var errors: Int

    public init(all: Int, group: Int, errors: Int) {
      self.all = all
      self.group = group
      self.errors = errors
    }
  }
}

/// A number for each of the seven kinds of mistakes.
public struct MistakeCounts: Hashable, Sendable {
  /// In the order of the kinds' raw values; kinds that are no mistakes stay 0.
  private var values: [Int]

  public init() { values = Array(repeating: 0, count: ErrorType.allCases.count) }

  public subscript(type: ErrorType) -> Int {
    get { values[Int(type.rawValue)] }
    set { values[Int(type.rawValue)] = newValue }
  }

  /// All mistakes.
  public var total: Int { ErrorType.mistakes.reduce(0) { $0 + self[$1] } }
}

extension MistakeCounts: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init()
    for type in ErrorType.mistakes {
      self[type] = try container.decode(Int.self, forKey: Key(type))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for type in ErrorType.mistakes { try container.encode(self[type], forKey: Key(type)) }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ type: ErrorType) { stringValue = type.key }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
