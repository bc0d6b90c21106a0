import CredenceFiles
public import Foundation

/// Reads and writes a group's statistics as the published table `non_problematic_stats_<group>.csv`.
///
/// Numbers have as many digits as it takes to read the same value back, lists are Python's, lines end in a line feed.
public enum MistakeStatisticsCSV {
  /// The published name of a group's table; where something was left out, the name says so.
  public static func fileName(group: String, marks: [String] = []) -> String {
    "non_problematic_stats_\((([group] + marks).joined(separator: "_"))).csv"
  }

  /// The published name of the folder of a data set's tables.
  public static func folderName(dataset: String) -> String { "stats-\(dataset)" }

  private static let first = [
    "model_dir_id", "num_params", "training_data", "arch", "arch_family", "arch_group",
    "extra_annotations",
  ]
  private static let second =
    [
      "imagenet_top1_val_acc", "imagenet_mla_val_acc", "num_all_samples", "num_group_samples",
      "num_group_correct", "num_all_top1_errors", "num_group_top1_errors", "mla_all",
      "mla_all_minor_error", "mla_all_explainable_error", "mla_group", "mla_group_minor_error",
      "mla_group_explainable_error",
    ] + mistakes.map(\.column)
  private static let hard = [
    "num_all_imagenet-m_samples", "num_group_imagenet-m_samples", "num_imagenet-m_errors",
  ]

  private static let markColumns = ["num_undecided", "left_out"]

  /// The published columns of mistakes, in their order.
  public static let mistakes: [(column: String, type: ErrorType)] = [
    ("num_collapsed_mappings", .correctCollapsedMapping), ("num_ambiguous", .correctMultiLabel),
    ("num_same_superclass", .sameSuperclass), ("num_common_co_occ", .commonCoOccurrences),
    ("num_non_prototypical", .nonPrototypical), ("num_OOV_clip", .outOfVocabulary),
    ("num_not_classified", .notClassified),
  ]

  /// A group's table.
  ///
  /// - Parameters:
  ///   - group: One group's statistics.
  ///   - hasImageNetM: Whether there are columns for ImageNet-M; those of a list that is not known are empty.
  ///   - marks: What was left out of the analysis; two more columns then say it, and how many mistakes are undecided.
  /// - Returns: The header and a line per model.
  public static func text(
    _ group: MistakeStatistics.Group, hasImageNetM: Bool, marks: [String] = []
  ) -> String {
    var keys: [String] = []
    for row in group.rows {
      for accuracy in row.accuracies where !keys.contains(accuracy.key) {
        keys.append(accuracy.key)
      }
    }
    if keys.isEmpty { keys = [ModelRecord.accuracyPrefix] }
    var lines = [
      first + keys + second + (hasImageNetM ? hard : []) + (marks.isEmpty ? [] : markColumns)
    ]
    for row in group.rows {
      var fields = [
        row.model, String(row.parameterCount), row.trainingData, row.architecture,
        row.architectureFamily, row.architectureGroup, PythonText.list(row.extraAnnotations),
      ]
      fields += keys.map { key in number(row.accuracies.first { $0.key == key }?.percent) }
      fields += [number(row.imageNetTop1), number(row.imageNetMLA)]
      fields += [
        row.allSamples, row.groupSamples, row.groupCorrect, row.allErrors, row.groupErrors,
      ].map(String.init)
      for accuracy in [row.mlaAll, row.mlaGroup] {
        fields += [accuracy?.noError, accuracy?.minorError, accuracy?.explainableError].map(number)
      }
      fields += mistakes.map { String(row.mistakes[$0.type]) }
      if hasImageNetM {
        fields += [row.imageNetM?.all, row.imageNetM?.group, row.imageNetM?.errors].map {
          $0.map(String.init) ?? ""
        }
      }
      if !marks.isEmpty { fields += [String(row.undecided), marks.joined(separator: " ")] }
      lines.append(fields)
    }
    return lines.map { PythonText.record($0) + "\n" }.joined()
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  // MARK: - Reading

  /// Reads a group's table and checks that its numbers agree with each other.
  ///
  /// - Parameters:
  ///   - data: UTF-8 text.
  ///   - file: Its name in errors.
  ///   - group: The group's name.
  /// - Throws: `FileError` or `MistakeStatisticsError`, naming the line.
  public static func group(
    _ data: Data, file: String, name group: String
  ) throws -> MistakeStatistics.Group {
    let csv = try CSV(data, file: file, hasHeader: true)
    for column in first + second where !csv.columns.contains(column) {
      throw MistakeStatisticsError.missingColumn(file: file, column: column)
    }
    let keys = csv.columns.filter { $0.hasPrefix(ModelRecord.accuracyPrefix) }
    let (texts, lines) = try csv.texts()
    let rows = try zip(texts, lines).map { fields, line in
      let reader = StatisticsLine(
        file: file, line: line, columns: csv.columns, fields: fields)
      return try row(reader, keys)
    }
    var models: Set<String> = []
    for row in rows where !models.insert(row.model).inserted {
      throw MistakeStatisticsError.duplicateModel(row.model)
    }
    return MistakeStatistics.Group(name: group, rows: rows)
  }

  private static func row(
    _ line: StatisticsLine, _ keys: [String]
  ) throws -> MistakeStatistics.Row {
    var mistakes = MistakeCounts()
    for (column, type) in Self.mistakes { mistakes[type] = try line.count(column) }
    guard let annotations = PythonText.texts(line.text("extra_annotations")) else {
      throw line.bad("extra_annotations", expected: "a Python list of texts")
    }
    let hard = try Self.hard.map { try line.optionalCount($0) }
    let row = MistakeStatistics.Row(
      model: line.text("model_dir_id"), parameterCount: try line.count("num_params"),
      trainingData: line.text("training_data"), architecture: line.text("arch"),
      architectureFamily: line.text("arch_family"), architectureGroup: line.text("arch_group"),
      extraAnnotations: annotations,
      accuracies: try keys.compactMap { key in
        try line.percent(key).map { ModelRecord.Accuracy(key: key, percent: $0) }
      },
      imageNetTop1: try line.percent("imagenet_top1_val_acc"),
      imageNetMLA: try line.percent("imagenet_mla_val_acc"),
      allSamples: try line.count("num_all_samples"),
      groupSamples: try line.count("num_group_samples"),
      groupCorrect: try line.count("num_group_correct"),
      allErrors: try line.count("num_all_top1_errors"),
      groupErrors: try line.count("num_group_top1_errors"), mlaAll: try line.accuracy("mla_all"),
      mlaGroup: try line.accuracy("mla_group"), mistakes: mistakes,
      undecided: try line.optionalCount("num_undecided") ?? 0,
      imageNetM: hard.contains(nil)
        ? nil
        : MistakeStatistics.ImageNetMCounts(
          all: hard[0] ?? 0, group: hard[1] ?? 0, errors: hard[2] ?? 0))
    guard row.groupSamples == row.groupCorrect + row.groupErrors else {
      throw line.broken("right and wrong answers do not make the images of the group")
    }
    guard row.groupErrors == mistakes.total else {
      throw line.broken("the seven kinds of mistakes do not make all mistakes")
    }
    guard row.groupSamples <= row.allSamples, row.groupErrors <= row.allErrors else {
      throw line.broken("a group has more than all")
    }
    return row
  }
}

/// The named fields of a line of statistics.
private struct StatisticsLine {
  let file: String
  let line: Int
  let columns: [String]
  let fields: [String]

  func text(_ column: String) -> String {
    columns.firstIndex(of: column).map { fields[$0] } ?? ""
  }

  func count(_ column: String) throws -> Int {
    guard let count = try optionalCount(column) else {
      throw bad(column, expected: "a whole number, 0 or more")
    }
    return count
  }

  func optionalCount(_ column: String) throws -> Int? {
    let text = text(column)
    if text.isEmpty { return nil }
    guard let count = CSV.number(text).flatMap({ Int(exactly: $0) }), count >= 0 else {
      throw bad(column, expected: "a whole number, 0 or more")
    }
    return count
  }

  func percent(_ column: String) throws -> Double? {
    let text = text(column)
    if text.isEmpty { return nil }
    // Sums of rounded shares may end a little above 100.
    guard let percent = Double(text), (0...100.000001).contains(percent) else {
      throw bad(column, expected: "a number from 0 to 100")
    }
    return percent
  }

  func accuracy(_ column: String) throws -> MultiLabelAccuracy? {
    guard let noError = try percent(column),
      let minorError = try percent(column + "_minor_error"),
      let explainableError = try percent(column + "_explainable_error")
    else { return nil }
    return MultiLabelAccuracy(
      noError: noError, minorError: minorError, explainableError: explainableError)
  }

  func bad(_ column: String, expected: String) -> FileError {
    .badField(
      file: file, line: line, column: (columns.firstIndex(of: column) ?? 0) + 1,
      text: String(text(column).prefix(40)), expected: expected)
  }

  func broken(_ claim: String) -> MistakeStatisticsError {
    .broken(file: file, line: line, claim: claim)
  }
}
