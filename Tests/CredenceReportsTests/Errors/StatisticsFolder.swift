import CredenceErrorAnalysis
import CredenceReports
import Foundation

/// A folder of made-up tables of statistics, removed at the end.
final class StatisticsFolder {
  static let columns =
    "model_dir_id,num_params,training_data,arch,arch_family,arch_group,extra_annotations,top1_val_acc,"
    + "imagenet_top1_val_acc,imagenet_mla_val_acc,num_all_samples,num_group_samples,num_group_correct,"
    + "num_all_top1_errors,num_group_top1_errors,mla_all,mla_all_minor_error,mla_all_explainable_error,mla_group,"
    + "mla_group_minor_error,mla_group_explainable_error,num_collapsed_mappings,num_ambiguous,num_same_superclass,"
    + "num_common_co_occ,num_non_prototypical,num_OOV_clip,num_not_classified"

  let url: URL

  /// Four tables of the same models.
  init(_ lines: [String] = StatisticsFolder.lines()) throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("credence-statistics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for group in ClassGroup.allCases { try write(lines, group: group) }
  }

  /// The statistics of made-up models.
  static func statistics(
    _ lines: [String] = StatisticsFolder.lines(), dataset: String = "imagenet"
  ) throws -> ErrorStatistics {
    let folder = try StatisticsFolder(lines)
    return try withExtendedLifetime(folder) {
      try ErrorStatistics(folder: folder.url, dataset: dataset)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ lines: [String], group: ClassGroup) throws {
    try Data(([Self.columns] + lines).joined(separator: "\n").utf8).write(to: file(group))
  }

  func file(_ group: ClassGroup) -> URL {
    url.appendingPathComponent("non_problematic_stats_\(group.rawValue).csv")
  }

  /// Models that differ in size, data and accuracy.
  static func lines(count: Int = 5) -> [String] {
    let data = [
      "ImageNet-1k (1.2M)", "ImageNet-21k (14M)", "LAION-2B (2.3B)", "Own images (7.5M)", "mine",
    ]
    let families = ["cnn", "transformer", "mlp", "hybrid", "cnn"]
    let lists = [
      "[]", "['Distillation']", "\"['Self-Supervised Learning', 'CLIP Training']\"", "[]", "[]",
    ]
    return (0..<count).map { index in
      line(
        "model-\(index)", parameters: 1_000_000 * (index + 1), data: data[index % 5],
        family: families[index % 5], list: lists[index % 5], accuracy: 60 + 5 * index,
        mistakes: [2, 3, 4 + index, 5, 1, 6, 7 + 2 * index])
    }
  }

  static func line(
    _ model: String, parameters: Int = 1, data: String = "ImageNet-1k (1.2M)",
    family: String = "cnn", list: String = "[]", accuracy: Int = 70, mistakes: [Int]
  ) -> String {
    let errors = mistakes.reduce(0, +)
    let counts = [200, 100, 100 - errors, 2 * errors, errors].map(String.init)
    func quoted(_ text: String) -> String {
      text.contains("\"") ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    let shares = [70, 71, 72, 60, 61, 62].map { "\($0).5" }
    return
      ([
        quoted(model), "\(parameters)", quoted(data), "resnet", quoted(family), "ResNet", list,
        "\(accuracy)",
        "\(accuracy)", "",
      ] + counts + shares + mistakes.map(String.init)).joined(separator: ",")
  }
}
