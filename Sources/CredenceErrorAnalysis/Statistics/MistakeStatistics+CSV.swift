/// Writes a group's statistics as the published table `non_problematic_stats_<group>.csv`.
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
}
