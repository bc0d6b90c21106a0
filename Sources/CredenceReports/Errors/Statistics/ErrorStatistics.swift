public import CredenceErrorAnalysis

extension ClassGroup {
  /// What a reader of a figure sees.
  public var title: String {
    switch self {
    case .all: "all classes"
    case .organism: "organisms"
    case .artifact: "artifacts"
    case .other: "others"
    }
  }
}

/// How often each kind of mistake was made, by model and group of classes: the published `non_problematic_stats_<group>.csv`.
///
/// Besides the columns of the files there are derived ones: `training_data_size`, `training_data_group`, `pretrain_method` and
/// `imagenet_a_top1_val_acc`.
public struct ErrorStatistics: Hashable, Sendable {
  /// `imagenet`, `imagenet-a`, or another name.
  public let dataset: String
  /// The models' folders, in the files' order.
  public let models: [String]
  /// Columns of text by name, one entry for each model.
  public let texts: [String: [String]]
  /// Columns of numbers by group and name, one entry for each model; NaN where the file has none.
  public let numbers: [ClassGroup: [String: [Double]]]
  /// What the analysis left out, such as `oov=skipped`; every figure says it.
  public let marks: [String]

  /// The groups whose files were read.
  public var groups: [ClassGroup] { ClassGroup.allCases.filter { numbers[$0] != nil } }

  /// Statistics whose columns are all as long as the list of models.
  package init(
    dataset: String, models: [String], texts: [String: [String]],
    numbers: [ClassGroup: [String: [Double]]], marks: [String] = []
  ) {
    precondition(texts.values.allSatisfy { $0.count == models.count })
    precondition(numbers.values.allSatisfy { $0.values.allSatisfy { $0.count == models.count } })
    self.dataset = dataset
    self.models = models
    self.texts = texts
    self.numbers = numbers
    self.marks = marks
  }

  /// The names of all columns of a group, sorted.
  public func columns(of group: ClassGroup) -> [String] {
    ((numbers[group].map { Array($0.keys) } ?? []) + texts.keys).sorted()
  }

  /// A column of numbers.
  ///
  /// - Throws: `ErrorFigureError.unknownColumn`, `missingGroup`.
  public func numbers(
    _ column: String, of group: ClassGroup
  ) throws(ErrorFigureError) -> [Double] {
    guard let columns = numbers[group] else { throw .missingGroup(group.rawValue) }
    guard let values = columns[column] else {
      throw .unknownColumn(column, kind: "numbers", known: columns.keys.sorted())
    }
    return values
  }

  /// A column of text.
  ///
  /// - Throws: `ErrorFigureError.unknownColumn`.
  public func texts(_ column: String) throws(ErrorFigureError) -> [String] {
    guard let values = texts[column] else {
      throw .unknownColumn(column, kind: "text", known: texts.keys.sorted())
    }
    return values
  }

  /// The statistics of the models at some positions, in their order.
  package func selecting(_ rows: [Int]) -> Self {
    Self(
      dataset: dataset, models: rows.map { models[$0] },
      texts: texts.mapValues { column in rows.map { column[$0] } },
      numbers: numbers.mapValues { columns in
        columns.mapValues { column in rows.map { column[$0] } }
      }, marks: marks)
  }
}
